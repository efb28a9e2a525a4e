#include "analyze/rdp_settings.h"

#include "base/text.h"
#include "codes/rdp_settings.h"

namespace rdpdoctor::analyze {
namespace {

constexpr std::size_t longest_value = 400;  // bytes

// A token or a signature says nothing but that it is there.
std::string value_to_keep(std::string_view name, const std::string& value) {
  if (name == "gatewayaccesstoken") return value.empty() ? "" : "present";
  return printable(value, longest_value);
}

}  // namespace

Piece settings_of(const formats::RdpFile& file, const std::string& source) {
  Piece piece;
  piece.read.source = source;
  piece.read.kind = "rdp file";
  piece.read.records = file.settings.size() + file.bad_line_count;
  piece.read.damaged = file.bad_line_count;
  if (!file.bad_lines.empty()) {
    const auto& bad = file.bad_lines.front();
    piece.read.problem = "line " + std::to_string(bad.number) + " is not a setting: " + bad.text;
  }
  for (const codes::RdpSettingInfo& info : codes::all_rdp_settings()) {
    if (auto value = file.text(info.name))
      piece.rdp_settings.push_back({source, std::string(info.name), value_to_keep(info.name, *value)});
  }
  return piece;
}

}  // namespace rdpdoctor::analyze
