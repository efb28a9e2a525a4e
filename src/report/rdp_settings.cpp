#include "report/rdp_settings.h"

#include <algorithm>

#include "base/text.h"
#include "codes/rdp_settings.h"
#include "fmt/core.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

bool is_no_port(const evidence::RdpSetting& s) {
  return s.name == "server port" && decimal<std::uint16_t>(s.value).value_or(0) == 0;
}

// Values that keep a client from connecting as the probe does, or at all, stand out.
bool stands_out(const evidence::RdpSetting& s) {
  return (s.name == "enablecredsspsupport" && s.value == "0") ||
         (s.name == "negotiate security layer" && s.value == "0") ||
         (s.name == "gatewayusagemethod" && (s.value == "1" || s.value == "2")) ||
         (s.name == "authentication level" && s.value == "1") ||
         (s.name == "restrictedadmin" && s.value == "1") || is_no_port(s) ||
         (s.name == "enablerdsaadauth" && s.value != "0");
}

std::string setting_line(const evidence::RdpSetting& s, std::size_t names, const TerminalStyle& style) {
  std::string lead = "  " + padded(s.name, names) + "  ";
  std::string_view meaning = codes::rdp_setting_meaning(s.name, s.value);
  const codes::RdpSettingInfo* info = codes::find_rdp_setting(s.name);
  std::string said(!meaning.empty() ? meaning : info ? info->what : "");
  if (meaning.empty() && info && !info->values.empty()) said += "; this value is not known here";
  if (is_no_port(s)) said += "; this is no port (1 to 65535)";
  std::string text = printable(s.value, 80);
  if (text.empty()) text = "(empty)";
  if (!said.empty()) text += ": " + said;
  return inked(hanging(lead, text, style.width), stands_out(s) ? Ink::doubt : Ink::plain, style);
}

}  // namespace

std::string settings_lines(const evidence::CaseFile& c, const TerminalStyle& style) {
  std::size_t names = 0;
  for (const auto& s : c.rdp_settings) names = std::max(names, s.name.size());
  std::string out, source;
  for (const auto& s : c.rdp_settings) {
    if (s.source != source)
      out += fmt::format("{}Settings of {}:\n", out.empty() ? "" : "\n", printable(s.source));
    source = s.source;
    out += setting_line(s, names, style);
  }
  return out;
}

}  // namespace rdpdoctor::report
