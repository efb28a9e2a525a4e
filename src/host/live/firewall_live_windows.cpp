#ifdef _WIN32
#include "host/live/firewall_live_windows.h"

#include <windows.h>

#include <netfw.h>

#include <array>

#include "base/text.h"
#include "fmt/core.h"
#include "host/live/com_windows.h"

namespace rdpdoctor::host {
namespace {

// netfw.h's identifiers, which are in no library that is linked.
constexpr GUID class_policy = {0xE2B3C97F, 0x6AE1, 0x41AC, {0x81, 0x7A, 0xF6, 0xF9, 0x21, 0x66, 0xD7, 0xDD}};
constexpr GUID interface_policy = {
    0x98325047, 0xC671, 0x4174, {0x8D, 0x81, 0xDE, 0xFC, 0xD3, 0xF0, 0x31, 0x86}};
constexpr GUID interface_rule = {
    0xAF230D27, 0xBABA, 0x4E42, {0xAC, 0xED, 0xF5, 0x24, 0xF2, 0x2C, 0xFC, 0xE2}};
constexpr GUID interface_enum = {0x00020404, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
constexpr std::size_t most_rules = 100'000;

std::unexpected<Error> no_answer(std::string_view what, HRESULT code) {
  return std::unexpected(
      Error{fmt::format("ask the firewall for {}: {:#010x}", what, static_cast<unsigned>(code)),
            ErrorKind::io, 0, ""});
}

template <class Get>
std::string text_of(const Com& com, Get get) {
  BSTR text = nullptr;
  if (FAILED(get(&text)) || !text) return "";
  std::string out = narrow(text);
  com.free(text);
  return out;
}

ListedRule listed(const Com& com, INetFwRule& rule) {
  ListedRule out;
  LONG protocol = 0, profiles = 0;
  NET_FW_RULE_DIRECTION direction = NET_FW_RULE_DIR_IN;
  VARIANT_BOOL active = VARIANT_FALSE;
  out.title = text_of(com, [&](BSTR* text) { return rule.get_Name(text); });
  if (SUCCEEDED(rule.get_Protocol(&protocol))) out.protocol = static_cast<std::uint32_t>(protocol);
  if (SUCCEEDED(rule.get_Direction(&direction))) out.is_in = direction == NET_FW_RULE_DIR_IN;
  out.ports = text_of(com, [&](BSTR* text) { return rule.get_LocalPorts(text); });
  if (SUCCEEDED(rule.get_Profiles(&profiles))) out.profiles = static_cast<std::uint32_t>(profiles);
  out.service = text_of(com, [&](BSTR* text) { return rule.get_ServiceName(text); });
  if (SUCCEEDED(rule.get_Enabled(&active))) out.active = active != VARIANT_FALSE;
  return out;
}

Result<void> list_rules(const Com& com, ComPointer<IEnumVARIANT>& out) {
  ComPointer<INetFwPolicy2> policy;
  HRESULT code = com.create(class_policy, interface_policy, policy);
  if (FAILED(code) || !policy) return no_answer("its policy", code);
  ComPointer<INetFwRules> rules;
  code = policy->get_Rules(rules.out());
  if (FAILED(code) || !rules) return no_answer("its rules", code);
  ComPointer<IUnknown> unknown;
  code = rules->get__NewEnum(unknown.out());
  if (FAILED(code) || !unknown) return no_answer("a list of its rules", code);
  code = unknown->QueryInterface(interface_enum, reinterpret_cast<void**>(out.out()));
  if (FAILED(code) || !out) return no_answer("a list of its rules", code);
  return {};
}

// How many rules are like it, and the last of them.
std::size_t find_rules(const Com& com, IEnumVARIANT& list, const formats::FirewallRule& wanted,
                       const std::string& title, ComPointer<INetFwRule>& found) {
  std::size_t matches = 0;
  for (std::size_t n = 0; n < most_rules; ++n) {
    ComValue item(com);
    ULONG got = 0;
    if (list.Next(1, item.out(), &got) != S_OK || got != 1) break;
    if (item.get().vt != VT_DISPATCH || !item.get().pdispVal) continue;
    INetFwRule* rule = nullptr;
    if (FAILED(item.get().pdispVal->QueryInterface(interface_rule, reinterpret_cast<void**>(&rule))) || !rule)
      continue;
    const bool same = is_same_rule(wanted, title, listed(com, *rule));
    if (same)
      *found.out() = rule;
    else
      rule->Release();
    matches += same ? 1 : 0;
  }
  return matches;
}

}  // namespace

std::string looked_up(const std::string& text) {
  if (!text.starts_with('@')) return text;
  const SystemLibrary library(L"shlwapi.dll");
  HRESULT(WINAPI * lookup)(PCWSTR, PWSTR, UINT, void**) = nullptr;
  library.find("SHLoadIndirectString", lookup);
  std::array<wchar_t, 1024> out{};
  if (!lookup || FAILED(lookup(wide(text).c_str(), out.data(), static_cast<UINT>(out.size()), nullptr)))
    return text;
  return narrow(out.data());
}

Result<void> switch_firewall_rule(const FirewallSwitch& wanted) {
  const Com com(COINIT_MULTITHREADED);
  if (!com.ready()) return no_answer("its interface", E_NOINTERFACE);
  ComPointer<IEnumVARIANT> list;
  if (auto told = list_rules(com, list); !told) return told;
  const std::string title = looked_up(wanted.rule.name);
  ComPointer<INetFwRule> rule;
  const std::size_t matches = find_rules(com, *list.get(), wanted.rule, title, rule);
  if (matches != 1)
    return std::unexpected(
        Error{fmt::format("switch the firewall rule '{}': {} rules are like it", printable(title), matches),
              ErrorKind::not_found, 0, "one"});
  const HRESULT code = rule->put_Enabled(wanted.active ? VARIANT_TRUE : VARIANT_FALSE);
  if (FAILED(code)) return no_answer("the rule to be switched", code);
  return {};
}

}  // namespace rdpdoctor::host
#endif
