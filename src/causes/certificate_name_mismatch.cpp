// Judges whether the host's certificate is for the name that was asked for.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/certificates.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

std::string_view without_last_dot(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

bool is_address(const evidence::Target& target) {
  return target.is_address || target.host.find(':') != std::string::npos ||
         target.host.find_first_not_of("0123456789.") == std::string::npos;
}

// RFC 6125 6.4: case does not matter, "*" stands for exactly the leftmost label. A name without a dot is what
// the client's search list completes, so it matches the first label.
bool names_host(std::string_view certified, std::string_view asked) {
  certified = without_last_dot(certified);
  asked = without_last_dot(asked);
  if (equal_ignoring_case(certified, asked)) return true;
  if (certified.starts_with("*.")) {
    std::size_t dot = asked.find('.');
    return dot != std::string_view::npos && dot != 0 &&
           equal_ignoring_case(certified.substr(1), asked.substr(dot));
  }
  bool short_name = asked.find('.') == std::string_view::npos;
  return short_name && equal_ignoring_case(certified.substr(0, certified.find('.')), asked);
}

// A certificate may carry a thousand names.
std::string some_of(std::vector<std::string> names) {
  constexpr std::size_t shown = 3;
  std::size_t more = names.size() > shown ? names.size() - shown : 0;
  if (more > 0) names.resize(shown);
  return join(names, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

Verdict judge(const CaseFile& c) {
  const std::string& asked = c.target.host;
  if (!asked.empty() && is_address(c.target)) return excluded("the host was asked for by its address");
  if (asked.empty()) return needs(need::asked_name);
  auto fault = [&](const SeenCertificate& seen) -> std::optional<Found> {
    std::vector<std::string> names = names_of(*seen.leaf);
    if (seen.leaf->self_issued || names.empty()) return std::nullopt;
    if (std::any_of(names.begin(), names.end(), [&](auto& name) { return names_host(name, asked); }))
      return std::nullopt;
    return Found{Certainty::proven,
                 {certificate_line(seen, fmt::format("\"{}\" was asked for, the certificate is for {}", asked,
                                                     some_of(names)))},
                 /* explains= */ false,
                 ""};
  };
  return judge_certificates(c, fault, [](const evidence::Certificate& leaf) {
    if (leaf.self_issued)
      return std::string("the certificate is self-made, and clients pin or ask about those by other means");
    return std::string("the certificate names the host that was asked for");
  });
}

}  // namespace

Cause certificate_name_mismatch() {
  return {
      .id = "certificate-name-mismatch",
      .title = "The host's certificate is for another name.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "The certificate was issued by an authority for one name and the host was asked for by another: "
          "an alias, the name of a farm or balancer, or the name of a machine that has been replaced. "
          "Clients warn, and refuse if they are told to demand server authentication.",
      .tell_apart =
          "It is read from the certificate's names. If the names in NTLM's challenge differ from the asked "
          "one too, it may be another machine altogether (wrong-machine). For the self-made certificate of "
          "Windows, which names only the machine, a difference is normal.",
      .advice = {"On the client: connect by a name that the certificate carries.",
                 "On the client, if the name should not lead to this machine at all:   nslookup HOST",
                 "For the host's certificate: have it issued again with every name in use as a subject "
                 "alternative name."},
      .codes = {{"disconnect", 0x907, Certainty::possible,
                 "the certificate is not the one that the client expected"},
                {"schannel", 0x80090322, Certainty::possible, "the host is not who the client asked for"},
                {"schannel", 0x800B010F, Certainty::likely, "the certificate is for another name"},
                {"tls-alert", 46, Certainty::possible, "the client did not accept the certificate"},
                {"freerdp", 0x20008, Certainty::possible, "the certificate was not accepted"}},
      .signs = {{"mstsc-certificate-name", Certainty::likely, "the client says that the names differ"},
                {"mstsc-identity", Certainty::possible, "the client could not verify the host's identity"},
                {"mstsc-target-principal", Certainty::possible,
                 "TLS gives the same words for a certificate of another name"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
