#include "report/substitutes.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "codes/registry.h"
#include "fmt/core.h"
#include "report/addresses.h"
#include "report/ordinary_words.h"

namespace rdpdoctor::report {
namespace {

constexpr std::size_t longest_netbios_name = 15;
constexpr std::size_t most_digits = 6;

// Bytes of UTF-8 beyond ASCII are letters, as far as hiding them goes.
bool in_word(char c) {
  return is_digit(c) || is_letter(c) || c == '_' || c == '-' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool all_of(std::string_view text, bool (*holds)(char)) {
  return !text.empty() && std::ranges::all_of(text, holds);
}

// {00000000-0000-0000-0000-000000000000} without its braces.
bool is_guid(std::string_view word) {
  auto parts = split(word, '-');
  if (word.size() != 36 || parts.size() != 5) return false;
  static constexpr std::size_t sizes[] = {8, 4, 4, 4, 12};
  for (std::size_t i = 0; i < 5; ++i) {
    if (parts[i].size() != sizes[i] || !all_of(parts[i], is_hex)) return false;
  }
  return true;
}

// S-1-5-21-…: of an account or a domain; the well-known ones are short.
bool is_own_sid(std::string_view word) {
  return (word.starts_with("S-1-") || word.starts_with("s-1-")) && split(word, '-').size() > 5;
}

bool is_code(std::string_view word) {
  return word.size() > 2 && word.size() <= 10 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X') &&
         all_of(word.substr(2), is_hex);
}

bool known_number(std::string_view digits) {
  auto value = decimal<std::uint32_t>(digits);
  return digits.size() <= most_digits || (value && !codes::find_value(*value).empty());
}

bool is_thumbprint(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && all_of(text, is_hex);
}

// "aa:bb:cc:dd:ee:ff" or with '-' between.
std::size_t hardware_address_at(std::string_view text) {
  static constexpr std::size_t length = 17;
  if (text.size() < length || (text.size() > length && in_word(text[length]))) return 0;
  char between = text[2];
  if (between != ':' && between != '-') return 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % 3 == 2 ? text[i] != between : !is_hex(text[i])) return 0;
  }
  return length;
}

}  // namespace

std::string Substitutes::next(std::string_view kind, std::string key) {
  std::string made = fmt::format("{}-{}", kind, ++counters_[std::string(kind)]);
  known_.emplace(std::move(key), made);
  return made;
}

std::string Substitutes::address(std::string_view text) {
  if (is_nobodys(text)) return std::string(text);
  std::string key = lower(text);
  bool v6 = text.find(':') != std::string_view::npos;
  if (v6) {  // the same address written otherwise
    key = "ipv6";
    const auto groups = ipv6(text).value_or(std::array<std::uint16_t, 8>{});
    for (std::uint16_t group : groups) key += fmt::format(" {:x}", group);
  }
  if (auto at = known_.find(key); at != known_.end()) return at->second;
  std::size_t n = counters_[v6 ? "ipv6" : "ipv4"]++;
  std::string made = v6 ? documentation_ipv6(n) : documentation_ipv4(n);
  known_.emplace(std::move(key), made);
  return made;
}

// A NetBIOS name is the first 15 characters of the name: cut off or whole, it is the same machine.
std::string Substitutes::label(std::string_view word, std::string_view kind) {
  std::string key = lower(word);
  if (key.empty() || key == "*" || key == "localhost" || is_telling(key)) return std::string(word);
  if (auto at = known_.find(key); at != known_.end()) return at->second;
  if (key.size() > longest_netbios_name) {
    if (auto at = known_.find(key.substr(0, longest_netbios_name)); at != known_.end()) {
      std::string same = at->second;
      known_.emplace(std::move(key), same);
      return same;
    }
  } else if (key.size() == longest_netbios_name) {
    auto at = known_.lower_bound(key);
    if (at != known_.end() && at->first.starts_with(key)) {
      std::string same = at->second;
      known_.emplace(std::move(key), same);
      return same;
    }
  }
  return next(kind, std::move(key));
}

std::string Substitutes::labels(std::string_view dotted, std::string_view first_kind) {
  std::string out;
  bool first = true;
  for (std::string_view one : split(dotted, '.')) {
    if (!first) out += '.';
    out += label(one, first && one != "*" ? first_kind : "domain");
    first = false;
  }
  return out;
}

std::string Substitutes::name(std::string_view text) {
  if (auto at = address_at(text);
      at && (at->length == text.size() || std::string_view(":%/").contains(text[at->length]))) {
    std::string rest(text.substr(at->length));
    if (rest.starts_with('%'))
      rest.erase(0, rest.find(':') == std::string::npos ? rest.size() : rest.find(':'));
    std::string inside = address(at->address);
    return (at->in_brackets ? "[" + inside + "]" : inside) + rest;
  }
  std::size_t colon = text.find(':');
  std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon);
  std::string_view host = text.substr(0, colon);
  bool plain = std::ranges::all_of(host, [](char c) { return in_word(c) || c == '.' || c == '*'; });
  bool port_too = port.empty() || all_of(port.substr(1), is_digit);
  return plain && port_too ? labels(host, "host") + std::string(port) : this->text(text);
}

std::string Substitutes::user(std::string_view text) {
  if (std::size_t slash = text.find('\\'); slash != std::string_view::npos)
    return labels(text.substr(0, slash), "domain") + "\\" + user(text.substr(slash + 1));
  if (std::size_t at = text.find('@'); at != std::string_view::npos)
    return user(text.substr(0, at)) + "@" + labels(text.substr(at + 1), "domain");
  return label(text, "user");
}

std::string Substitutes::identifier(std::string_view text) {
  if (text.find_first_not_of('0') == std::string_view::npos) return std::string(text);  // nobody's
  std::string key = lower(text);
  if (auto at = known_.find(key); at != known_.end()) return at->second;
  if (!is_thumbprint(text)) return next("id", std::move(key));
  // As long as it was: its length tells something, too.
  std::string made = fmt::format("{:0{}x}", ++counters_["thumbprint"], text.size());
  known_.emplace(std::move(key), made);
  return made;
}

// A word without '-' and '_' in it.
std::string Substitutes::part(std::string_view word) {
  std::string key = lower(word);
  if (key.empty() || is_telling(key)) return std::string(word);
  if (auto at = known_.find(key); at != known_.end()) return at->second;
  bool plain =
      all_of(word, is_digit) ? known_number(word) : word.size() == 1 || is_code(word) || is_ordinary(key);
  return plain ? std::string(word) : label(word, "name");
}

std::string Substitutes::word(std::string_view word) {
  std::string key = lower(word);
  if (is_guid(word) && !is_ordinary(key)) return identifier(word);
  if (is_own_sid(word)) return identifier(word);
  if (auto at = known_.find(key); at != known_.end() && !is_telling(key)) return at->second;
  if (is_ordinary(key)) return std::string(word);
  std::string out;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= word.size(); ++i) {
    if (i < word.size() && word[i] != '-' && word[i] != '_') continue;
    out += part(word.substr(from, i - from));
    if (i < word.size()) out += word[i];
    from = i + 1;
  }
  return out;
}

std::string Substitutes::text(std::string_view words) {
  std::string out;
  for (std::size_t i = 0; i < words.size();) {
    std::string_view rest = words.substr(i);
    bool begins = i == 0 || !in_word(words[i - 1]);
    if (std::size_t hardware = begins ? hardware_address_at(rest) : 0; hardware != 0) {
      out += identifier(rest.substr(0, hardware));
      i += hardware;
    } else if (auto at = begins ? address_at(rest) : std::nullopt) {
      std::string inside = address(at->address);
      out += at->in_brackets ? "[" + inside + "]" : inside;
      i += at->length;
    } else if (in_word(rest[0])) {
      std::size_t length = 1;
      while (length < rest.size() && in_word(rest[length])) ++length;
      out += word(rest.substr(0, length));
      i += length;
    } else {
      out += rest[0];
      ++i;
    }
  }
  return out;
}

std::string Substitutes::value(std::string_view words) {
  bool number = words.size() <= 10 && all_of(words, is_digit);
  return number ? std::string(words) : text(words);
}

}  // namespace rdpdoctor::report
