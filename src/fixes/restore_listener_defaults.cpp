// Gives settings of the listener that keep everybody out, or its security down, Windows' own values again.
#include <algorithm>

#include "base/text.h"
#include "evidence/windows_own.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"
#include "fmt/core.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view classes = R"(HKLM\SOFTWARE\Classes\CLSID)", object = "LoadableProtocol_Object",
                           interfaces =
                               R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces)",
                           // The class of network adapters.
    network = R"(HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318})";

// Win32_TSGeneralSetting: SecurityLayer 0 RDP, 2 TLS; MinEncryptionLevel 1 low, 2 client compatible.
constexpr std::uint32_t rdp_security = 0, tls = 2, low = 1, client_compatible = 2;

enum class Adapter { there, gone, not_known };

// LanAdapter holds the LanaId of a key of lanatable, whose name is the adapter's GUID.
Adapter adapter_of(Planner& p, std::uint32_t number) {
  const std::string table = host::under(terminal_server, "lanatable");
  if (!key_is_there(p, table)) return Adapter::not_known;
  for (const std::string& guid : p.subkeys(table)) {
    const auto id = p.number(host::under(table, guid), "LanaId");
    if (!id.get() || *id.get() != number) continue;
    const bool there = key_is_there(p, host::under(interfaces, guid)) ||
                       key_is_there(p, host::under(host::under(network, guid), "Connection"));
    return there ? Adapter::there : Adapter::gone;
  }
  return Adapter::gone;
}

// A listener that somebody bound to one adapter that is there was meant to be.
void all_adapters(Planner& p) {
  const auto now = p.number(rdp_tcp, "LanAdapter");
  if (!p.blind() && (!now.get() || *now.get() == 0)) return;
  const Adapter adapter = p.blind() ? Adapter::gone : adapter_of(p, *now.get());
  if (adapter != Adapter::gone)
    return p.note(fmt::format("the listener stays on the one adapter with the number {}, {}", *now.get(),
                              adapter == Adapter::there
                                  ? "which is there"
                                  : "of which no table (lanatable) tells whether it is there"));
  p.set(std::string(rdp_tcp), "LanAdapter", dword(0), "the listener is on all adapters");
}

// The library that a class is served by is there.
bool can_load(Planner& p, std::string_view clsid) {
  if (clsid.empty() || clsid.contains('\\')) return false;  // would lead to another key
  const std::string key = host::under(host::under(classes, clsid), "InprocServer32");
  const auto server = p.text_of(key, "");
  if (!server.get()) return false;
  std::string_view path = trim(*server.get());
  if (1 < path.size() && path.front() == '"' && path.back() == '"') path = path.substr(1, path.size() - 2);
  const bool bare = !path.contains('\\') && !path.contains('%');  // COM finds it in System32
  return file_is_there(p, bare ? host::under(host::under(host::system_root(p.host()), "System32"), path)
                               : host::expanded(p.host(), path));
}

bool is_own(std::string_view clsid) {
  return std::ranges::any_of(evidence::own_protocol_objects,
                             [&](auto own) { return equal_ignoring_case(own, clsid); });
}

// What another product put there stays while it can be loaded: it answers, and was put there to do so.
void own_protocol(Planner& p) {
  const auto now = p.text_of(rdp_tcp, object);
  const std::string_view clsid = now.get() ? trim(*now.get()) : std::string_view();
  if (p.refused() || can_load(p, clsid) || p.refused()) {
    if (!p.refused() && !is_own(clsid))
      p.note(fmt::format("the listener loads {}, which is another product's and is there: it is left alone",
                         printable(clsid, 80)));
    return;
  }
  const auto* own =
      std::ranges::find_if(evidence::own_protocol_objects, [&](auto one) { return can_load(p, one); });
  if (own == std::end(evidence::own_protocol_objects))
    return p.refuse(
        "the library of Windows' own protocol (System32\\rdpcorets.dll) is not there: no value helps; on the "
        "host, as administrator: sfc /scannow; of a disk: sfc /scannow /offbootdir /offwindir");
  p.set(std::string(rdp_tcp), std::string(object), text(*own), "the listener loads Windows' own protocol");
}

// True when the policy has it, so that what stands in the listener's key does not count.
bool by_policy(Planner& p, std::string_view name, std::uint32_t bad, std::string_view what) {
  const auto policy = p.number(terminal_services_policy, name);
  if (!policy.get()) return false;
  if (*policy.get() == bad) static_cast<void>(p.owned_by_policy(terminal_services_policy, name, what));
  return true;
}

void own_security(Planner& p) {
  const auto layer = p.number(rdp_tcp, "SecurityLayer");
  const bool weak = layer.get() && *layer.get() == rdp_security;
  if (by_policy(p, "SecurityLayer", rdp_security, "the listener's security layer") || !weak) return;
  p.set(std::string(rdp_tcp), "SecurityLayer", dword(tls), "the listener uses TLS");
  p.note("TLS needs a certificate whose key TermService can read: see first that inspect finds none amiss");
  // Set by the same scripts; with TLS alone it means nothing.
  const auto level = p.number(rdp_tcp, "MinEncryptionLevel");
  const bool low_level = level.get() && *level.get() == low;
  if (!by_policy(p, "MinEncryptionLevel", low, "the listener's encryption level") && low_level)
    p.set(std::string(rdp_tcp), "MinEncryptionLevel", dword(client_compatible),
          "both directions are encrypted");
}

void plan_blind(Planner& p) {
  all_adapters(p);
  p.set(std::string(rdp_tcp), "SecurityLayer", dword(tls), "the listener uses TLS");
  p.set(std::string(rdp_tcp), "MinEncryptionLevel", dword(client_compatible),
        "both directions are encrypted");
  p.note("which protocol the listener loads is not known from here and stays as it is");
  p.note(std::string(counts_after_restart));
}

void plan(Planner& p) {
  if (p.blind()) return plan_blind(p);
  if (!has_listener(p)) return;
  all_adapters(p);
  own_protocol(p);
  own_security(p);
  if (p.running()) p.note(std::string(counts_after_restart));
}

}  // namespace

Fix restore_listener_defaults() {
  return {
      .id = "restore-listener-defaults",
      .title = "The listener's settings are Windows' own where they kept clients out or security down.",
      .explanation =
          "Puts back what of the listener RDP-Tcp is amiss: LanAdapter 0 (all adapters) where it is bound to "
          "an adapter that is gone; LoadableProtocol_Object to Windows' own where what another product left "
          "there can't be loaded; SecurityLayer 2 (TLS) where it is 0, and MinEncryptionLevel 2 where it is "
          "1 beside that. "
          "Values that are right, an adapter or a product that is there, and whatever a policy sets stay as "
          "they are, and so does whether NLA is demanded. It never lowers security.",
      .side = Side::host,
      .risk = Risk::medium,
      .interrupts = "clients without TLS no longer connect once the service is restarted",
      .takes_effect = "when TermService starts the next time; on a disk when Windows starts",
      .verified_by =
          "listener-adapter-missing, listener-foreign-protocol and security-layer-weak are no longer found",
      .article = "set the RDP security layer (the other way round)",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
