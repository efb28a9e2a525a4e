#include "fixes/engine/service_table.h"

#include <algorithm>

#include "base/text.h"
#include "fixes/engine/listener_keys.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view tcpip = R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)";

// An address set by hand does without the DHCP client. What can't be read makes it wanted: it is Windows' own
// state.
bool address_by_dhcp(Planner& p) {
  const std::string interfaces = host::under(tcpip, "Interfaces");
  bool dhcp = false;
  for (const std::string& name : p.subkeys(interfaces)) {
    const std::string key = host::under(interfaces, name);
    const auto enabled = p.number(key, "EnableDHCP");
    if (enabled.get() && *enabled.get() != 0) {
      dhcp = true;
      continue;
    }
    const auto addresses = host::as_texts(p.host().value(key, "IPAddress"));
    for (const std::string& address : addresses.value)
      if (!address.empty() && address != "0.0.0.0") return false;
  }
  return dhcp;
}

bool depends_on(Planner& p, std::string_view service) {
  const auto names =
      host::as_texts(p.host().value(host::under(services_key, "TermService"), "DependOnService"));
  return std::ranges::any_of(names.value,
                             [&](const auto& name) { return equal_ignoring_case(name, service); });
}

}  // namespace

bool is_wanted(Planner& p, std::string_view service) {
  if (service == "TermDD") return depends_on(p, service);
  if (service == "Dhcp") return address_by_dhcp(p);
  if (service != "Netlogon") return true;
  const auto domain = p.text_of(tcpip, "Domain");
  return domain.get() && !domain.get()->empty();
}

// As causes/engine/service_views.cpp judges it. [Microsoft, "NetworkService Account"]
bool is_other_account(std::string_view account) {
  std::string name = lower(account);
  std::erase(name, ' ');
  static constexpr std::string_view others[] = {"localsystem",         ".\\localsystem",
                                                "ntauthority\\system", "ntauthority\\localsystem",
                                                "localservice",        "ntauthority\\localservice"};
  return std::ranges::find(others, name) != std::end(others) || name.starts_with(".\\") || name.contains('@');
}

std::string program_of(std::string_view image_path) {
  std::string_view text = trim(image_path);
  const bool quoted = text.starts_with('"');
  if (quoted) text.remove_prefix(1);
  std::string path = lower(text.substr(0, quoted ? text.find('"') : text.npos));
  // Without quotes the program ends where its extension does.
  static constexpr std::string_view extension = ".exe";
  const std::size_t end = path.find(extension);
  if (end != path.npos) path.resize(end + extension.size());
  std::ranges::replace(path, '/', '\\');
  return host::last_part(path);
}

}  // namespace rdpdoctor::fixes
