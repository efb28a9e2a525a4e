// Puts back what TLS needs below SCHANNEL, and nothing that is weak.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view schannel = R"(HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL)";
constexpr std::string_view diffie_hellman =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\KeyExchangeAlgorithms\Diffie-Hellman)";
constexpr std::string_view kinds[] = {"Ciphers", "Hashes", "KeyExchangeAlgorithms"};
constexpr std::uint32_t all_bits = 0xffffffff;  // KB245030: 0 or this
// No group of Schannel is larger; 2048 is what Microsoft recommends (KB3174644).
constexpr std::uint32_t largest_group = 4096, good_group = 2048;

// What today's TLS is made of, and when it is put back: whenever it is off, or when all of `only_with` are.
struct Needed {
  std::string_view kind, name;
  std::vector<std::string_view> only_with;
};
const std::vector<Needed>& needed() {
  static const std::vector<Needed> list = {
      {"Ciphers", "AES 128/128", {"AES 128/128", "AES 256/256"}},
      {"Ciphers", "AES 256/256", {"AES 128/128", "AES 256/256"}},
      {"Hashes", "SHA256", {"SHA256"}},
      {"Hashes", "SHA384", {"SHA256", "SHA384"}},
      {"KeyExchangeAlgorithms", "ECDH", {"ECDH", "Diffie-Hellman", "PKCS"}}};
  return list;
}
// Good ones, of which each may be off for itself.
constexpr std::string_view good[] = {"AES 128/128", "AES 256/256", "SHA256", "SHA384", "SHA512", "ECDH"};

bool is_good(std::string_view algorithm) {
  return std::ranges::any_of(good,
                             [&](std::string_view name) { return equal_ignoring_case(name, algorithm); });
}

std::string below(std::string_view kind, std::string_view name) {
  return fmt::format("{}\\{}\\{}", schannel, kind, name);
}

// What stands there: a number, nothing, or something of another type and its text.
struct Set {
  std::optional<std::uint32_t> number;
  bool wrong_type = false;
  std::string text;
};
Set read(Planner& p, const std::string& key, std::string_view name) {
  const auto value = p.host().value(key, name);
  if (value.state == Presence::absent) return {};
  if (!value.get()) {
    p.refuse(
        fmt::format("{} can't be read: {}", printable(host::value_source(p.host(), key, name)), value.why));
    return {};
  }
  if (const auto number = host::as_dword(value); number.get()) return {.number = number.value};
  return {.wrong_type = true, .text = std::string(trim(host::as_text(value).value))};
}

bool is_off(Planner& p, std::string_view kind, std::string_view name) {
  return read(p, below(kind, name), "Enabled").number == 0U;
}

void switch_on_needed(Planner& p) {
  for (const Needed& n : needed()) {
    const bool all_off =
        std::ranges::all_of(n.only_with, [&](std::string_view name) { return is_off(p, n.kind, name); });
    if (all_off)
      p.remove_value(below(n.kind, n.name), "Enabled", fmt::format("{} is as Windows has it, on", n.name));
  }
}

// Values that do not say what they seem to: a text, or 1 where only 0 and 0xffffffff are documented. A weak
// algorithm is never switched on by this: what looks as if it was to be off is.
void correct_algorithm(Planner& p, std::string_view kind, const std::string& name) {
  const std::string key = below(kind, name);
  const Set set = read(p, key, "Enabled");
  const bool odd = set.wrong_type || (set.number && *set.number != 0 && *set.number != all_bits);
  if (!odd || p.refused()) return;
  if (is_good(name)) {
    p.remove_value(key, "Enabled", fmt::format("{} is as Windows has it", printable(name, 60)));
  } else {
    p.set(key, "Enabled", dword(0), fmt::format("{} is off", printable(name, 60)));
  }
}

void correct_algorithms(Planner& p) {
  for (const std::string_view kind : kinds) {
    const std::vector<std::string> names = p.subkeys(fmt::format("{}\\{}", schannel, kind));
    for (const std::string& name : names) correct_algorithm(p, kind, name);
  }
  const std::string key(diffie_hellman);
  const Set bits = read(p, key, "ServerMinKeyBitLength");
  if (bits.wrong_type || (bits.number && largest_group < *bits.number))
    p.set(key, "ServerMinKeyBitLength", dword(good_group), "a Diffie-Hellman key has at least 2048 bits");
}

// Of TLS 1.2 and 1.3 what Windows does without these values; older versions stay off, or go off.
void correct_protocol(Planner& p, std::string_view version) {
  const std::string key = fmt::format("{}\\Protocols\\{}\\Server", schannel, version);
  const bool current = version == "TLS 1.2" || version == "TLS 1.3";
  const Set enabled = read(p, key, "Enabled"), disabled = read(p, key, "DisabledByDefault");
  if (p.refused()) return;
  const bool shut_out = version == "TLS 1.2" && (enabled.number == 0U || disabled.number.value_or(0) != 0);
  const std::string as_windows = fmt::format("{} is as Windows has it", version);
  if (current) {
    if (enabled.wrong_type || (shut_out && enabled.number == 0U)) p.remove_value(key, "Enabled", as_windows);
    if (disabled.wrong_type || (shut_out && disabled.number.value_or(0) != 0))
      p.remove_value(key, "DisabledByDefault", as_windows);
    return;
  }
  if (enabled.wrong_type) p.set(key, "Enabled", dword(0), fmt::format("{} is off", version));
  if (disabled.wrong_type)
    p.set(key, "DisabledByDefault", dword(1), fmt::format("{} is off by default", version));
}

void plan(Planner& p) {
  if (p.blind()) {
    p.note("which values are to blame can be told only on the machine");
    return p.advise(
        "On the host, what is set:   reg query "
        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /s; then, on its disk or with "
        "its "
        "registry:   rdpdoctor fix restore-schannel-values --image DIR");
  }
  switch_on_needed(p);
  correct_algorithms(p);
  for (const std::string_view version : {"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"})
    correct_protocol(p, version);
}

}  // namespace

Fix restore_schannel_values() {
  return {
      .id = "restore-schannel-values",
      .title = "Schannel has what TLS needs.",
      .explanation =
          "Takes away the values below SCHANNEL that leave TLS without something it needs, so that Windows' "
          "own "
          "default counts: AES where both sizes are off, SHA-256 and SHA-384, ECDH where every key exchange "
          "is "
          "off, TLS 1.2 where it is off for servers. Values of a wrong type, or 1 where only 0 and "
          "0xffffffff "
          "are documented, are taken away from good algorithms and made a plain 0 for weak ones. RC4, DES, "
          "MD5, "
          "SSL and TLS 1.0 and 1.1 are never switched on.",
      .side = Side::host,
      .risk = Risk::medium,
      .takes_effect = "when Windows starts again",
      .verified_by = "schannel-hardening-value and schannel-protocol-disabled are no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
