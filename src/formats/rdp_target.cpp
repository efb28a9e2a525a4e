// Which host and port are meant: what a person types, and what an .rdp file says.
#include <cstdint>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/rdp_file.h"

namespace rdpdoctor::formats {
namespace {

std::unexpected<Error> wrong(std::string_view text, std::string_view what, std::string expected) {
  std::string doing = "\"" + printable(text) + "\" is not " + std::string(what);
  return std::unexpected(Error{std::move(doing), ErrorKind::usage, 0, std::move(expected)});
}

std::unexpected<Error> wrong_port(std::string_view text) {
  return wrong(text, "a port", "a port from 1 to 65535");
}

std::optional<std::uint16_t> port_in(std::string_view text) {
  const auto port = decimal<std::uint16_t>(text);
  return port && *port != 0 ? port : std::nullopt;
}

bool all_of(std::string_view text, bool (*allowed)(char)) {
  for (char c : text) {
    if (!allowed(c)) return false;
  }
  return !text.empty();
}

// Four decimal numbers; a leading zero is refused because some resolvers would read it as octal.
bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return false;
  for (std::string_view part : parts) {
    if (!all_of(part, is_digit) || (part.size() > 1 && part[0] == '0') || !decimal<std::uint8_t>(part))
      return false;
  }
  return true;
}

// How many 16-bit groups these are, 0 for none at all; nullopt if one is wrong. IPv4 may end the address.
std::optional<std::size_t> ipv6_groups(std::string_view text, bool ends_address) {
  if (text.empty()) return 0;
  const auto parts = split(text, ':');
  std::size_t groups = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = ends_address && i + 1 == parts.size();
    if (last && is_ipv4(parts[i])) {
      groups += 2;
    } else if (all_of(parts[i], is_hex) && parts[i].size() <= 4) {
      groups += 1;
    } else {
      return std::nullopt;
    }
  }
  return groups;
}

// RFC 4291 2.2, with the scope of RFC 4007 11.2 behind "%".
bool is_ipv6(std::string_view text) {
  if (const std::size_t percent = text.find('%'); percent != std::string_view::npos) {
    const auto in_scope = [](char c) {
      return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    };
    if (!all_of(text.substr(percent + 1), in_scope)) return false;
    text = text.substr(0, percent);
  }
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return ipv6_groups(text, true) == 8;
  const auto before = ipv6_groups(text.substr(0, gap), false);
  const auto after = ipv6_groups(text.substr(gap + 2), true);
  return before && after && *before + *after <= 7;
}

// Resolvers read "1.2.3" and "0x7f.1" as addresses, so a name whose last label is a number must be a whole
// one.
bool looks_like_ipv4(std::string_view name) {
  const std::string_view last = split(name, '.').back();
  return all_of(last, is_digit) ||
         (lower(last.substr(0, 2)) == "0x" && (last.size() == 2 || all_of(last.substr(2), is_hex)));
}

// RFC 1123 2.1 with the underscore, which Windows allows in computer names.
bool is_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return false;
  for (std::string_view label : split(text, '.')) {
    const auto in_label = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
    if (!all_of(label, in_label) || label.size() > 63 || label.starts_with('-')) return false;
  }
  return true;
}

// A name or an IPv4 address, without a port.
Result<std::string> host_in(std::string_view text) {
  std::string_view without_dot = text;
  if (without_dot.ends_with('.')) without_dot.remove_suffix(1);
  if (looks_like_ipv4(without_dot)) {
    if (is_ipv4(text)) return std::string(text);
    return wrong(text, "an IPv4 address", "four numbers from 0 to 255 with dots between, like 10.1.2.3");
  }
  if (is_name(text)) return std::string(text);
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      return wrong(text, "a host name", "the name in its ASCII form (xn--…)");
    }
  }
  return wrong(text, "a host name", "letters, digits, - and _ with single dots between, at most 253 bytes");
}

Result<RdpTarget> bracketed(std::string_view text) {
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos)
    return wrong(text, "a target", "an IPv6 address in brackets, like [2001:db8::1]:3389");
  const std::string_view address = text.substr(1, close - 1);
  const std::string_view behind = text.substr(close + 1);
  if (!is_ipv6(address)) return wrong(address, "an IPv6 address", "one like 2001:db8::1");
  RdpTarget target{.host = std::string(address)};
  if (behind.empty()) return target;
  if (behind[0] != ':') return wrong(behind, "a port", "nothing or :PORT after the bracket");
  const auto port = port_in(behind.substr(1));
  if (!port) return wrong_port(behind.substr(1));
  target.port = *port;
  return target;
}

}  // namespace

Result<RdpTarget> parse_target(std::string_view text) {
  text = trim(text);
  if (text.empty()) return wrong(text, "a target", "HOST, HOST:PORT, an IPv4 address or [IPv6]:PORT");
  if (text.find("://") != std::string_view::npos) {
    return wrong(text, "a target", "HOST or HOST:PORT, without the scheme in front");
  }
  if (text[0] == '[') return bracketed(text);
  const std::size_t first_colon = text.find(':');
  if (first_colon != text.rfind(':')) {
    if (is_ipv6(text)) return RdpTarget{.host = std::string(text)};
    return wrong(text, "a target", "an IPv6 address, in brackets if a port follows, like [2001:db8::1]:3389");
  }
  const auto host = host_in(text.substr(0, first_colon));
  if (!host) return std::unexpected(host.error());
  RdpTarget target{.host = *host};
  if (first_colon == std::string_view::npos) return target;
  const auto port = port_in(text.substr(first_colon + 1));
  if (!port) return wrong_port(text.substr(first_colon + 1));
  target.port = *port;
  return target;
}

Result<RdpTarget> target_of(const RdpFile& file) {
  std::string address = file.text("full address").value_or("");
  if (address.empty()) address = file.text("alternate full address").value_or("");
  if (address.empty()) {
    return std::unexpected(
        Error{"the .rdp file names no host", ErrorKind::usage, 0, "a line like full address:s:HOST"});
  }
  auto target = parse_target(address);
  if (!target) return target;
  // The port beside the address is the more specific one.
  const bool has_own_port =
      !is_ipv6(address) && address.find(':', address.find(']') + 1) != std::string::npos;
  if (const auto server_port = file.text("server port"); server_port && !has_own_port) {
    const auto port = port_in(*server_port);
    if (!port) return wrong_port(*server_port);
    target->port = *port;
  }
  return target;
}

}  // namespace rdpdoctor::formats
