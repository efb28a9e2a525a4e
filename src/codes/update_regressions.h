// Updates of Windows with a known fault in Remote Desktop: from which build on, which one mends it, and who
// says so. Builds and update numbers are confirmed by lists of them; the freeze and the prompt by reports
// about the vendor's notes, which were not seen themselves; of the builds of March 2018 that of 15063 alone
// is confirmed, the others are known in general. An entry is a machine's whose revision lies in [first,
// fixed).
#pragma once

#include <cstdint>
#include <string_view>

namespace rdpdoctor::codes {

enum class RegressionSide {
  host,     // connections to this machine suffer
  client,   // connections from this machine do
  missing,  // it lacks an update that those who connect expect
};

struct UpdateRegression {
  std::uint32_t build = 0;  // 20348
  std::uint32_t first = 0;  // revision (UBR)
  std::uint32_t fixed = 0;  // the first that is well
  bool servers_only = false;
  RegressionSide side = RegressionSide::host;
  std::string_view update;   // that brought it; of `missing`, that is missing
  std::string_view fix;      // the update that mends it
  std::string_view symptom;  // one clause, lower case
  std::string_view source;
};

// Microsoft, KB4093492 "CredSSP updates for CVE-2018-0886": since May 2018 clients refuse hosts without the
// update of March 2018. Builds of later releases have it from their first day.
inline constexpr std::string_view credssp_symptom =
    "clients with the updates of May 2018 or later refuse a host without that of March 2018 when NLA is used";
inline constexpr std::string_view credssp_source = "Microsoft KB4093492 (CVE-2018-0886)";

inline constexpr std::string_view freeze_symptom =
    "sessions freeze shortly after the logon, mouse and keyboard do nothing until the user connects anew";
inline constexpr std::string_view freeze_source =
    "reports of the known issue of Windows Server 2025 (KB5051987, resolved by KB5055523)";

inline constexpr std::string_view prompt_symptom =
    "signing in fails at the credential prompt when connecting from it, foremost with Windows App to Azure "
    "Virtual Desktop and Windows 365";
inline constexpr std::string_view prompt_source =
    "reports on the out-of-band updates of 17 January 2026 (KB5077744, KB5077793, KB5077796)";

inline constexpr UpdateRegression update_regressions[] = {
    {14393, 0, 2125, false, RegressionSide::missing, "KB4088787", "KB4088787", credssp_symptom,
     credssp_source},
    {15063, 0, 966, false, RegressionSide::missing, "KB4088782", "KB4088782", credssp_symptom,
     credssp_source},
    {16299, 0, 309, false, RegressionSide::missing, "KB4088776", "KB4088776", credssp_symptom,
     credssp_source},
    {17763, 8276, 8277, false, RegressionSide::client, "KB5073723", "a later cumulative update",
     prompt_symptom, prompt_source},
    {19044, 6809, 6811, false, RegressionSide::client, "KB5073724", "KB5077796", prompt_symptom,
     prompt_source},
    {19045, 6809, 6811, false, RegressionSide::client, "KB5073724", "KB5077796", prompt_symptom,
     prompt_source},
    {20348, 4648, 4649, false, RegressionSide::client, "KB5073457", "a later cumulative update",
     prompt_symptom, prompt_source},
    {26100, 3194, 3775, true, RegressionSide::host, "KB5051987", "KB5055523", freeze_symptom, freeze_source},
    {26100, 7623, 7627, false, RegressionSide::client, "KB5074109", "KB5077744", prompt_symptom,
     prompt_source},
    {26200, 7623, 7627, false, RegressionSide::client, "KB5074109", "KB5077744", prompt_symptom,
     prompt_source},
};

}  // namespace rdpdoctor::codes
