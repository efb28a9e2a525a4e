// Security descriptors as text: [MS-DTYP] 2.5.1.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/security_descriptor.h"
#include "formats/well_known_sids.h"

namespace rdpdoctor::formats {
namespace {

struct Word {
  std::string_view word;
  std::uint32_t value;
};
constexpr std::array rights{Word{"FA", file_all_access},
                            Word{"FR", file_generic_read},
                            Word{"FW", 0x120116},
                            Word{"FX", 0x1200A0},
                            Word{"KA", 0xF003F},
                            Word{"KR", 0x20019},
                            Word{"KW", 0x20006},
                            Word{"KX", 0x20019},
                            Word{"GA", 0x10000000},
                            Word{"GX", 0x20000000},
                            Word{"GW", 0x40000000},
                            Word{"GR", 0x80000000},
                            Word{"SD", 0x10000},
                            Word{"RC", 0x20000},
                            Word{"WD", 0x40000},
                            Word{"WO", 0x80000},
                            Word{"CC", 0x1},
                            Word{"DC", 0x2},
                            Word{"LC", 0x4},
                            Word{"SW", 0x8},
                            Word{"RP", 0x10},
                            Word{"WP", 0x20},
                            Word{"DT", 0x40},
                            Word{"LO", 0x80},
                            Word{"CR", 0x100}};
constexpr std::size_t whole_rights = 5;  // the first ones, written for a mask that is just them
constexpr std::array flags{Word{"OI", 0x01}, Word{"CI", 0x02}, Word{"NP", 0x04}, Word{"IO", 0x08},
                           Word{"ID", 0x10}, Word{"SA", 0x40}, Word{"FA", 0x80}};
constexpr std::array types{Word{"A", 0},  Word{"D", 1},   Word{"OA", 5}, Word{"OD", 6},
                           Word{"XA", 9}, Word{"XD", 10}, Word{"ZA", 11}};
constexpr std::array controls{Word{"P", 0x1000}, Word{"AR", 0x0100}, Word{"AI", 0x0400}};

std::string sid_text(std::string_view sid) {
  for (const WellKnownSid& known : well_known_sids())
    if (known.sid == sid && !known.sddl.empty()) return std::string(known.sddl);
  return std::string(sid);
}

std::string mask_text(std::uint32_t mask) {
  for (const Word& right : std::span(rights).first(whole_rights))
    if (right.value == mask) return std::string(right.word);
  return fmt::format("0x{:x}", mask);
}

template <std::size_t N>
std::string words_of(const std::array<Word, N>& table, std::uint32_t value) {
  std::string out;
  for (const Word& w : table)
    if ((value & w.value) != 0) out += w.word;
  return out;
}

// What is left of the text, and the first thing that was wrong.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;
  std::optional<DecodeError> error;

  void fail(std::string_view field, std::string_view reason) {
    if (!error) error = DecodeError{field, at, reason};
  }
  [[nodiscard]] std::string_view left() const { return error ? std::string_view() : text.substr(at); }
  bool take(std::string_view word) {
    if (!left().starts_with(word)) return false;
    at += word.size();
    return true;
  }
  std::string_view until(std::string_view ends) {
    std::string_view out = left().substr(0, std::min(left().find_first_of(ends), left().size()));
    at += out.size();
    return out;
  }
};

bool is_sid(std::string_view text) {
  return text.starts_with("S-1-") && 4 < text.size() && split(text, '-').size() <= 18 &&
         text.find_first_not_of("0123456789-", 4) == std::string_view::npos;
}

std::string read_sid(Cursor& in, std::string_view text) {
  for (const WellKnownSid& known : well_known_sids())
    if (!known.sddl.empty() && known.sddl == text) return std::string(known.sid);
  if (!is_sid(text)) in.fail("SID", "neither S-1-… nor a known abbreviation");
  return std::string(text);
}

template <std::size_t N>
std::uint32_t read_words(Cursor& in, std::string_view text, const std::array<Word, N>& table,
                         std::string_view field) {
  std::uint32_t value = 0;
  while (!text.empty() && !in.error) {
    const auto* word = std::ranges::find_if(table, [&](const Word& w) { return text.starts_with(w.word); });
    if (word == table.end()) {
      in.fail(field, "not a known word");
      break;
    }
    value |= word->value;
    text.remove_prefix(word->word.size());
  }
  return value;
}

std::uint32_t read_mask(Cursor& in, std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (!is_hex && (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos))
    return read_words(in, text, rights, "rights");
  if (is_hex) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), value, is_hex ? 16 : 10);
  if (problem != std::errc{} || end != text.data() + text.size()) in.fail("rights", "not a number");
  return value;
}

// "A;OICI;FA;;;SY" and, of conditional entries, ";(…)".
AccessEntry read_entry(Cursor& in, std::string_view text) {
  std::vector<std::string_view> parts = split(text, ';');
  AccessEntry entry;
  if (parts.size() < 6) {
    in.fail("ACE", "fewer than six fields");
    return entry;
  }
  const auto* type = std::ranges::find(types, parts[0], &Word::word);
  if (type == types.end()) {
    in.fail("ace_type", "not a known type");
    return entry;
  }
  entry.type = static_cast<std::uint8_t>(type->value);
  entry.conditional = 9 <= entry.type;
  entry.flags = static_cast<std::uint8_t>(read_words(in, parts[1], flags, "ace_flags"));
  entry.mask = read_mask(in, parts[2]);
  entry.sid = read_sid(in, parts[5]);
  return entry;
}

void read_dacl(Cursor& in, SecurityDescriptor& out) {
  constexpr std::uint16_t dacl_present = 0x0004;
  if (in.take("NO_ACCESS_CONTROL")) return;
  out.control |= dacl_present;
  out.control |= static_cast<std::uint16_t>(read_words(in, in.until("("), controls, "dacl_flags"));
  out.entries.emplace();
  while (in.take("(")) {
    std::size_t depth = 1, end = 0;
    for (std::string_view left = in.left(); end < left.size(); ++end) {
      if (left[end] == '(') ++depth;
      if (left[end] == ')' && --depth == 0) break;
    }
    if (depth != 0) return in.fail("ACE", "no closing bracket");
    const std::string_view text = in.left().substr(0, end);
    AccessEntry entry = read_entry(in, text);
    if (in.error) return;
    in.at += end + 1;
    out.entries->push_back(std::move(entry));
  }
}

}  // namespace

std::string to_sddl(const SecurityDescriptor& d) {
  std::string out;
  if (!d.owner.empty()) out += "O:" + sid_text(d.owner);
  if (!d.group.empty()) out += "G:" + sid_text(d.group);
  if (!d.entries) return out + "D:NO_ACCESS_CONTROL";
  out += "D:" + words_of(controls, d.control);
  for (const AccessEntry& e : *d.entries) {
    const auto* type = std::ranges::find(types, std::uint32_t{e.type}, &Word::value);
    out +=
        fmt::format("({};{};{};;;{})", type == types.end() ? std::to_string(e.type) : std::string(type->word),
                    words_of(flags, e.flags), mask_text(e.mask), sid_text(e.sid));
  }
  return out;
}

Decoded<SecurityDescriptor> from_sddl(std::string_view text) {
  Cursor in{trim(text), 0, std::nullopt};
  SecurityDescriptor out;
  // A part ends where the next begins: "O:SYG:SYD:…".
  auto sid_part = [&] {
    std::size_t end = in.left().size();
    for (std::string_view next : {"G:", "D:", "S:"})
      if (std::size_t at = in.left().find(next, 1); at != std::string_view::npos) end = std::min(end, at);
    const std::string_view sid = in.left().substr(0, end);
    in.at += end;
    return read_sid(in, sid);
  };
  if (in.take("O:")) out.owner = sid_part();
  if (in.take("G:")) out.group = sid_part();
  if (in.take("D:")) read_dacl(in, out);
  if (!in.error && !in.left().empty() && !in.left().starts_with("S:"))
    in.fail("SDDL", "something else follows");
  if (in.error) return std::unexpected(*in.error);
  return out;
}

}  // namespace rdpdoctor::formats
