#include "formats/rdp_file.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t max_size = 1024 * 1024;
constexpr std::size_t max_bad_lines = 100;

std::string_view as_text(View bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// UTF-16LE that lost its mark on the way: names of settings are ASCII, so the second byte is zero.
bool is_utf16le_without_mark(View bytes) {
  return bytes.size() >= 4 && bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0;
}

// As UTF-8, whichever of the two mstsc wrote; malformed characters become U+FFFD.
std::string utf8_of(View bytes) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("\xFF\xFE")) return utf16le_to_utf8(bytes.subspan(2));
  if (is_utf16le_without_mark(bytes)) return utf16le_to_utf8(bytes);
  const std::size_t bom = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  return utf16le_to_utf8(utf8_to_utf16le(text.substr(bom)));
}

// "name:type:value"; the value may hold colons. False if the line is not of this form.
bool read_line(std::string_view line, RdpFile& file) {
  const std::size_t first = line.find(':');
  if (first == std::string_view::npos) return false;
  const std::size_t second = line.find(':', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string name = lower(trim(line.substr(0, first)));
  const std::string type = lower(trim(line.substr(first + 1, second - first - 1)));
  const std::string_view value = trim(line.substr(second + 1));
  if (name.empty() || (type != "i" && type != "s" && type != "b")) return false;
  if (type == "i" && !decimal<std::int64_t>(value)) return false;
  file.settings[name] = RdpFile::Setting{type[0], std::string(value)};
  return true;
}

}  // namespace

std::optional<std::string> RdpFile::text(std::string_view key) const {
  const auto found = settings.find(lower(key));
  if (found == settings.end()) return std::nullopt;
  return found->second.value;
}

std::optional<long> RdpFile::number(std::string_view key) const {
  const auto found = settings.find(lower(key));
  if (found == settings.end() || found->second.type != 'i') return std::nullopt;
  return decimal<long>(found->second.value);
}

bool RdpFile::is_signed() const {
  return !text("signature").value_or("").empty();
}

std::optional<std::string> RdpFile::gateway() const {
  std::string host = text("gatewayhostname").value_or("");
  const long usage = number("gatewayusagemethod").value_or(0);
  if (host.empty() || (usage != 1 && usage != 2)) return std::nullopt;
  return host;
}

Decoded<RdpFile> read_rdp_file(View bytes) {
  if (bytes.size() > max_size)
    return std::unexpected(DecodeError{".rdp file", max_size, "larger than 1 MiB"});
  RdpFile file;
  const std::string text = utf8_of(bytes);
  std::size_t end = 0;
  for (std::size_t start = 0, number = 1; start < text.size(); start = end + 1, ++number) {
    end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trim(std::string_view(text).substr(start, end - start));
    if (line.empty() || read_line(line, file)) continue;
    ++file.bad_line_count;
    if (file.bad_lines.size() < max_bad_lines) file.bad_lines.push_back({number, printable(line)});
  }
  if (file.settings.empty()) {
    return std::unexpected(DecodeError{".rdp file", 0, "no line of the form name:type:value"});
  }
  return file;
}

}  // namespace rdpdoctor::formats
