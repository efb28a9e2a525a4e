// Turns TLS 1.2 on for servers where SCHANNEL\Protocols says otherwise.
#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view key =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Server)";
// Microsoft, "Protocols in TLS/SSL (Schannel SSP)": off by default up to Windows 7, not there before Server
// 2008 SP2.
constexpr std::uint32_t windows_8 = 9200, server_2008_sp2 = 6002;

enum class Says { nothing, right, otherwise };

// Enabled is right when it is not 0, DisabledByDefault when it is; either as REG_DWORD.
Says says(Planner& p, std::string_view name, bool on) {
  const auto value = p.host().value(key, name);
  if (value.state == Presence::absent) return Says::nothing;
  if (!value.get()) {
    p.refuse(
        fmt::format("{} can't be read: {}", printable(host::value_source(p.host(), key, name)), value.why));
    return Says::nothing;
  }
  const auto number = host::as_dword(value);
  return number.get() && (number.value != 0) == on ? Says::right : Says::otherwise;
}

bool on_by_default(Planner& p) {
  const auto number = build_of(p);
  if (!number) return false;  // said outright, then
  if (*number < server_2008_sp2) p.refuse("this Windows does not have TLS 1.2: it has to be updated");
  if (*number < windows_8)
    p.note("Remote Desktop of Windows 7 and Server 2008 R2 takes TLS 1.2 since the update KB3080079 only");
  return windows_8 <= *number;
}

void plan(Planner& p) {
  const bool by_default = on_by_default(p);
  const Says enabled = p.blind() ? Says::nothing : says(p, "Enabled", true);
  const Says disabled = p.blind() ? Says::nothing : says(p, "DisabledByDefault", false);
  const auto wanted = [&](Says is) { return is == Says::otherwise || (is == Says::nothing && !by_default); };
  if (wanted(enabled)) p.set(std::string(key), "Enabled", dword(1), "TLS 1.2 is on for servers");
  if (wanted(disabled))
    p.set(std::string(key), "DisabledByDefault", dword(0),
          "TLS 1.2 is offered without being asked for by name");
}

}  // namespace

Fix enable_tls12() {
  return {
      .id = "enable-tls12",
      .title = "TLS 1.2 is on for servers.",
      .explanation =
          "Sets Enabled 1 and DisabledByDefault 0 below SCHANNEL\\Protocols\\TLS 1.2\\Server, each only "
          "where it "
          "says otherwise or is no REG_DWORD. Where nothing is set Windows 8, Server 2012 and later have it "
          "on "
          "already. TLS 1.0, TLS 1.1 and SSL stay as they are: a client that has nothing newer needs an "
          "update. "
          "Where a template or a policy sets these values, change it there, or it sets them again.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "when Windows starts again",
      .verified_by = "schannel-protocol-disabled is no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
