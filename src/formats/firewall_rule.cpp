#include "formats/firewall_rule.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

// Windows' own longest are below 2000 characters; a policy may list some thousand addresses.
constexpr std::size_t longest_rule = 256U << 10U;
constexpr std::size_t most_fields = 20'000;
constexpr std::size_t most_kept = 64;  // limits, ports

// Say what the rule is for, and nothing of what it admits.
constexpr std::string_view descriptive[] = {"desc", "embedctxt", "edge", "defer", "lsm", "name", "pfn"};

struct Field {
  std::string_view name;
  std::string_view value;
};

DecodeError wrong(std::string_view field, std::size_t offset, std::string_view reason) {
  return {field, offset, reason};
}

bool take_port(std::string_view text, FirewallRule& rule) {
  std::size_t dash = text.find('-');
  auto first = decimal<std::uint16_t>(text.substr(0, dash));
  auto last = dash == std::string_view::npos ? first : decimal<std::uint16_t>(text.substr(dash + 1));
  if (first && last && *first <= *last) {
    if (rule.local_ports.size() == most_kept) return false;
    rule.local_ports.push_back({*first, *last});
    return true;
  }
  if (first || text.empty() || rule.port_keywords.size() == most_kept) return false;
  rule.port_keywords.emplace_back(text);
  return true;
}

bool take_protocol(std::string_view text, FirewallRule& rule) {
  if (text == "*") return true;
  auto number = decimal<std::uint32_t>(text);
  if (!number || 256 < *number) return false;
  rule.protocol = *number;
  return true;
}

bool take_word(std::string_view value, std::initializer_list<std::string_view> known, std::string& into) {
  into = lower(value);
  return std::ranges::count(known, into) == 1;
}

void take_limit(const Field& field, FirewallRule& rule) {
  if (rule.limits.size() == most_kept) return;
  rule.limits.push_back(printable(std::string(field.name) + "=" + std::string(field.value), 120));
}

// False: the value can't be what the grammar has for this name.
bool take(const Field& field, FirewallRule& rule) {
  std::string name = lower(field.name);
  if (name == "action") return take_word(field.value, {"allow", "block", "bypass"}, rule.action);
  if (name == "dir") return take_word(field.value, {"in", "out"}, rule.direction);
  if (name == "protocol") return take_protocol(field.value, rule);
  if (name == "lport" || name == "lport2_10" || name == "lport2_20" || name == "lport2_24")
    return take_port(field.value, rule);
  if (name == "active") {
    rule.active = equal_ignoring_case(field.value, "TRUE");
    return rule.active || equal_ignoring_case(field.value, "FALSE");
  }
  if (name == "profile") {
    if (rule.profiles.size() < most_kept) rule.profiles.push_back(printable(field.value, 40));
    return true;
  }
  if (name == "app") {
    rule.program = printable(field.value, 300);
  } else if (name == "svc") {
    rule.service = printable(field.value, 100);
  } else if (name == "name") {
    rule.name = printable(field.value, 200);
  } else if (std::ranges::count(descriptive, name) == 0) {
    take_limit(field, rule);
  }
  return true;
}

}  // namespace

Decoded<FirewallRule> decode_firewall_rule(std::string_view text) {
  if (longest_rule < text.size()) return std::unexpected(wrong("RULE", 0, "longer than any rule"));
  std::size_t bar = text.find('|');
  bool versioned = (text.starts_with('v') || text.starts_with('V')) && bar != std::string_view::npos;
  if (!versioned) return std::unexpected(wrong("VERSION", 0, "no rule of the firewall"));
  FirewallRule rule;
  rule.version = printable(text.substr(1, bar - 1), 16);
  std::size_t at = bar + 1;
  for (std::size_t fields = 0; at < text.size(); ++fields) {
    if (fields == most_fields) return std::unexpected(wrong("FIELD", at, "more fields than are read"));
    std::size_t end = std::min(text.find('|', at), text.size());
    std::string_view field = text.substr(at, end - at);
    std::size_t equals = field.find('=');
    if (!trim(field).empty()) {
      if (equals == std::string_view::npos) return std::unexpected(wrong("FIELD", at, "no name and value"));
      if (!take({trim(field.substr(0, equals)), trim(field.substr(equals + 1))}, rule))
        return std::unexpected(wrong("FIELD", at, "its value is none that the grammar has"));
    }
    at = end + 1;
  }
  if (rule.action.empty()) return std::unexpected(wrong("Action", text.size(), "is missing"));
  if (rule.direction.empty()) return std::unexpected(wrong("Dir", text.size(), "is missing"));
  return rule;
}

bool covers(const FirewallRule& rule, std::uint16_t port) {
  if (rule.local_ports.empty()) return rule.port_keywords.empty();
  return std::ranges::any_of(rule.local_ports,
                             [&](const FirewallPorts& p) { return p.first <= port && port <= p.last; });
}

}  // namespace rdpdoctor::formats
