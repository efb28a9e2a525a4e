#include "formats/netstat.h"

#include <algorithm>

#include "base/text.h"
#include "formats/text_lines.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t most_ports = 100'000;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::string_view word : split(line, ' '))
    if (!trim(word).empty()) out.push_back(trim(word));
  return out;
}

// "0.0.0.0:3389", "[::]:3389", "[fe80::1%4]:546".
bool take_local(std::string_view text, ListedPort& out) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = decimal<std::uint16_t>(text.substr(colon + 1));
  if (!port) return false;
  out.port = *port;
  text = text.substr(0, colon);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  out.address = text;
  return true;
}

// The German netstat translates the state; those of other languages do not, as far as known.
bool is_listening(std::string_view state) {
  return state == "LISTENING" || state.starts_with("ABH");
}

std::optional<ListedPort> port_of(const std::vector<std::string_view>& words) {
  ListedPort out{.protocol = lower(words[0])};
  const bool tcp = out.protocol == "tcp";
  if (tcp ? words.size() != 5 || !is_listening(words[3]) : words.size() != 4) return std::nullopt;
  const auto process = decimal<std::uint32_t>(words.back());
  if (!process || !take_local(words[1], out)) return std::nullopt;
  out.process_id = *process;
  return out;
}

}  // namespace

bool is_netstat(View first) {
  const std::string text = beginning_as_text(first.first(std::min<std::size_t>(first.size(), 4096)));
  std::size_t rows = 0;
  for (std::string_view line : split(text, '\n')) {
    const auto words = words_of(line);
    bool row = 4 <= words.size() && (words[0] == "TCP" || words[0] == "UDP") && words[1].contains(':') &&
               words[2].contains(':') && decimal<std::uint32_t>(words.back());
    if (row) ++rows;
  }
  return 0 < rows;
}

Result<std::optional<std::vector<ListedPort>>> read_netstat(ByteSource& file) {
  TextLines lines(file);
  std::vector<ListedPort> out;
  bool any_tcp = false, of_last = false;
  std::string line;
  while (lines.next(line) && out.size() < most_ports) {
    const std::string_view text = trim(line);
    if (text.starts_with("TCP ") || text.starts_with("UDP ")) {
      auto port = port_of(words_of(text));
      of_last = port.has_value();
      any_tcp |= port && port->protocol == "tcp";
      if (port) out.push_back(std::move(*port));
    } else if (of_last && text.starts_with('[') && text.ends_with(']')) {
      out.back().program = text.substr(1, text.size() - 2);
    } else if (of_last && !text.empty() && !text.contains(' ')) {
      out.back().service = text;
    } else {
      of_last = false;
    }
  }
  if (lines.error()) return std::unexpected(*lines.error());
  if (!any_tcp) return std::optional<std::vector<ListedPort>>();
  return std::optional(std::move(out));
}

}  // namespace rdpdoctor::formats
