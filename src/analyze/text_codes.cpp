#include "analyze/text_codes.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "analyze/text_fields.h"
#include "base/ascii.h"
#include "base/text.h"
#include "codes/registry.h"

namespace rdpdoctor::analyze {
namespace {

using codes::Match;

constexpr std::size_t most_numbers = 64;  // of a line that are looked at
constexpr std::size_t dump_has = 8;       // a line with more hexadecimal numbers than that is a dump
constexpr std::uint32_t functions_gave = 0xFFFF0000;  // -1 and the like
constexpr std::uint32_t smallest_alone = 0x100;  // smaller numbers are codes only in a field that is named

bool is_word(char c) {
  return is_digit(c) || ('a' <= c && c <= 'z') || c == '_';
}

// A number as it stands in the text.
struct Number {
  std::uint32_t value = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  enum class Form { hex, decimal, negative, bare_hex } form = Form::hex;
};

// "0xC000006D"; of the 16 digits of a 64-bit program only the sign-extended or zero-extended ones.
std::optional<std::uint32_t> hex_value(std::string_view digits) {
  if (digits.empty() || 16 < digits.size() || !std::ranges::all_of(digits, is_hex)) return std::nullopt;
  if (digits.size() > 8) {
    std::string_view high = digits.substr(0, digits.size() - 8);
    if (high.find_first_not_of('0') != high.npos && (high != "ffffffff" || digits[8] < '8'))
      return std::nullopt;
    digits.remove_prefix(digits.size() - 8);
  }
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// Digits of an address, a version, a time or a date.
bool is_part_of_more(std::string_view line, std::size_t begin, std::size_t end) {
  auto joins = [](char c) { return c == '.' || c == ':' || c == '-' || c == '/'; };
  bool before = begin >= 2 && joins(line[begin - 1]) && line[begin - 1] != '/' && is_digit(line[begin - 2]);
  bool after = end + 1 < line.size() && joins(line[end]) && line[end] != '/' && is_digit(line[end + 1]);
  return before || after;
}

// "1) the host is off": the number of a list's item.
bool is_list_marker(std::string_view line, std::size_t begin, std::size_t end) {
  return end < line.size() && line[end] == ')' && line.substr(0, begin).rfind('(') == line.npos;
}

std::optional<Number> number_at(std::string_view line, std::size_t begin, std::size_t end) {
  std::string_view token = line.substr(begin, end - begin);
  if (token.starts_with("0x")) {
    auto value = hex_value(token.substr(2));
    if (!value) return std::nullopt;
    return Number{*value, begin, end, Number::Form::hex};
  }
  bool guid = (begin > 0 && line[begin - 1] == '-') || (end < line.size() && line[end] == '-');
  if (token.size() == 8 && (token[0] == '8' || token[0] == 'c') && token[1] == '0' && !guid) {
    if (auto value = hex_value(token)) return Number{*value, begin, end, Number::Form::bare_hex};
  }
  if (!is_digit(token[0]) || token.size() > 10 || is_part_of_more(line, begin, end) ||
      is_list_marker(line, begin, end))
    return std::nullopt;
  bool negative = begin > 0 && line[begin - 1] == '-' && (begin == 1 || !is_word(line[begin - 2]));
  if (negative) {
    auto value = codes::parse_code(line.substr(begin - 1, end - begin + 1));
    if (!value) return std::nullopt;
    return Number{*value, begin - 1, end, Number::Form::negative};
  }
  auto value = decimal<std::uint32_t>(token);
  if (!value) return std::nullopt;
  return Number{*value, begin, end, Number::Form::decimal};
}

// What says that nothing failed: shown by debug logs all the time.
bool is_no_failure(std::uint32_t value) {
  return value == 0 || (value & 0xFFFF0000) == 0x00090000;
}

// A Win32 error in an HRESULT is one of its number, but for RDSTLS's few: "access denied" has many sources.
std::vector<Match> known(std::uint32_t value) {
  std::vector<Match> all = codes::find_value(value);
  std::erase_if(all, [&](const Match& m) { return m.family->id == "rdstls" && m.code->value != value; });
  return all;
}

std::vector<Match> known_in(std::uint32_t value, std::span<const std::string_view> families) {
  std::vector<Match> all = known(value);
  std::erase_if(all,
                [&](const Match& m) { return std::ranges::find(families, m.family->id) == families.end(); });
  return all;
}

class LineReader {
 public:
  explicit LineReader(const LineOfText& line) : line_(line), text_(lower(line.text)) {
    clues_ = has_clue(text_) || has_clue(lower(line.before));
    for (std::size_t at = text_.find("0x"); at != text_.npos; at = text_.find("0x", at + 2)) ++hex_numbers_;
  }

  std::vector<CodeHit> read() {
    std::size_t at = 0;
    while (at < text_.size()) {
      if (!is_word(text_[at])) {
        ++at;
        continue;
      }
      std::size_t begin = at;
      while (at < text_.size() && is_word(text_[at])) ++at;
      token(begin, at);
    }
    return std::move(hits_);
  }

 private:
  void token(std::size_t begin, std::size_t end) {
    std::string_view word = std::string_view(text_).substr(begin, end - begin);
    if (word == "alert") return alert_name(end);
    if (is_digit(word[0]) || (word.size() == 8 && word[0] == 'c')) {
      if (numbers_ == most_numbers || (!clues_ && !word.starts_with("0x") && !is_negative(begin, word)))
        return;
      if (auto number = number_at(text_, begin, end)) {
        ++numbers_;
        judge(*number);
        last_end_ = end;
      }
      return;
    }
    for (const Match& m : named(word)) add(m.family->id, m.code->value, begin);
  }

  // A script's "-2146893052" needs no words about it.
  bool is_negative(std::size_t begin, std::string_view word) const {
    return word.size() == 10 && begin > 0 && text_[begin - 1] == '-';
  }

  // "alert internal error", "alert: handshake_failure".
  void alert_name(std::size_t end) {
    if (auto value = alert_named(std::string_view(text_).substr(end, 48))) add("tls-alert", *value, end);
  }

  // "0x904/0x7", "0x904, 0x7", "0x904 and 0x7".
  bool follows_a_main_code(const Number& n) const {
    if (hits_.empty() || last_end_ == 0 || n.begin < last_end_) return false;
    if (!is_main_family(hits_.back().family)) return false;
    if (hits_.back().at + 12 < last_end_) return false;  // another number stands between
    std::string_view between = trim(std::string_view(text_).substr(last_end_, n.begin - last_end_));
    return between.empty() || between == "/" || between == "," || between == "and" || between == "&" ||
           between == "+" || between == ", ext" || between == "ext" || between == "/ ext" ||
           between == ", ext.";
  }

  void judge(const Number& n) {
    if (follows_a_main_code(n) && codes::find_code("extended", n.value) != nullptr)
      return add("extended", n.value, n.begin);
    // As far back as the number before: that one had the words before it.
    std::size_t from = std::max(last_end_, n.begin - std::min(n.begin, farthest_clue));
    std::string window = text_.substr(from, n.begin - from);
    if (trim(window).empty() && from == 0) window = lower(line_.before);
    by_field(n, field_of(window));
  }

  // A client shows the extended code behind the main one, in whatever language: a small number there is it.
  bool is_second_of_dialog(const Number& n, FieldSeen seen) const {
    bool main_before = hits_.empty() ? line_.after_main : is_main_family(hits_.back().family);
    return main_before && fits_any_field(seen.field) && n.form == Number::Form::hex &&
           codes::find_code("disconnect", n.value) == nullptr &&
           codes::find_code("extended", n.value) != nullptr;
  }

  void by_field(const Number& n, FieldSeen seen) {
    if (seen.field == Field::no_code) return;
    if (seen.field == Field::none) return without_field(n);
    if (is_second_of_dialog(n, seen)) return add("extended", n.value, n.begin);
    if (!plausible(n, seen)) return;
    auto matches = known_in(n.value, families_of(seen.field));
    if (matches.empty() && seen.field == Field::extended && codes::find_code("error-info", n.value))
      return add("extended", n.value, n.begin);
    if (matches.empty() && fits_any_field(seen.field) && smallest_alone <= n.value &&
        n.value < functions_gave)
      matches = known(n.value);
    if (matches.empty()) return unknown(n, seen);
    add(matches, n);
  }

  // Whether a number of this form and size can be a code of this field.
  bool plausible(const Number& n, FieldSeen seen) const {
    if (is_no_failure(n.value) && seen.field != Field::extended) return false;
    bool hex = n.form == Number::Form::hex;
    bool large = 0x80000000 <= n.value;
    switch (seen.field) {
      case Field::extended:
      case Field::alert:
      case Field::negotiation:
      case Field::error_info: return n.form == Number::Form::decimal || hex;
      case Field::disconnect: return hex || smallest_alone <= n.value || seen.close;
      case Field::status: return large || (hex && 0x10000 <= n.value);
      case Field::main: return hex || smallest_alone <= n.value;
      default: return smallest_alone <= n.value;
    }
  }

  // No word says what it is: only what can hardly be anything else.
  void without_field(const Number& n) {
    bool status_like = 0x10000 <= n.value;
    bool shape = n.form == Number::Form::hex || (n.form == Number::Form::negative && status_like);
    std::uint32_t least = line_.of_a_log ? 0x10000 : smallest_alone;
    if (!shape || n.value < least || is_no_failure(n.value) || dump_has < hex_numbers_) return;
    // A pointer, or what a function gave back.
    if (n.end - n.begin > 10 && n.value < 0x80000000) return;
    if (functions_gave <= n.value) return;
    if (auto matches = known(n.value); !matches.empty()) add(matches, n);
  }

  // A number that a client shows as its code is kept, though no table has it.
  void unknown(const Number& n, FieldSeen seen) {
    // guacd writes Set Error Info's value behind "Disconnect reason code".
    if (seen.field == Field::disconnect && n.value < smallest_alone &&
        codes::find_code("error-info", n.value))
      return add("error-info", n.value, n.begin);
    bool hex = n.form == Number::Form::hex;
    bool error_of_a_person = !line_.of_a_log && seen.field == Field::error &&
                             (seen.close || 0x80000000 <= n.value) && n.value < functions_gave;
    bool shown_as_code = (hex && (seen.field == Field::main || seen.field == Field::extended ||
                                  seen.field == Field::error_info || error_of_a_person)) ||
                         (seen.field == Field::disconnect && seen.close);
    // "Error code: 0x4" of a client that is newer than the tables.
    std::uint32_t least =
        hex && seen.field == Field::main && seen.close && !line_.of_a_log ? 1 : smallest_alone;
    if (shown_as_code && least <= n.value) add(families_of(seen.field)[0], n.value, n.begin);
  }

  // As the table has it: the Win32 error of an HRESULT that wraps one.
  void add(const std::vector<Match>& matches, const Number& n) {
    if (matches.size() == 1) return add(matches[0].family->id, matches[0].code->value, n.begin);
    add("", n.value, n.begin);
  }

  void add(std::string_view family, std::uint32_t value, std::size_t at) {
    bool there = std::ranges::any_of(hits_, [&](const CodeHit& h) {
      return h.value == value && (h.family == family || h.family.empty() || family.empty());
    });
    if (!there) hits_.push_back({family, value, at});
  }

  const LineOfText& line_;
  std::string text_;
  bool clues_ = false;
  std::size_t hex_numbers_ = 0;
  std::size_t numbers_ = 0;
  std::size_t last_end_ = 0;  // of the number before, 0: none
  std::vector<CodeHit> hits_;
};

}  // namespace

bool is_main_family(std::string_view family) {
  return family == "disconnect" || family == "gateway";
}

std::vector<CodeHit> codes_in(const LineOfText& line) {
  return LineReader(line).read();
}

}  // namespace rdpdoctor::analyze
