// Puts Winsock's catalogue back to Windows' own, for who insists on it.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/risk.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view catalogue =
    R"(HKLM\SYSTEM\CurrentControlSet\Services\WinSock2\Parameters\Protocol_Catalog9\Catalog_Entries64)";
constexpr std::size_t longest_path = 260, most_entries = 200;  // an entry begins with its library's path

// "C:\Program Files\Filter\lsp.dll": libraries that Windows did not bring.
std::vector<std::string> foreign_libraries(Planner& p) {
  std::vector<std::string> out;
  std::vector<std::string> entries = p.subkeys(catalogue);
  entries.resize(std::min(entries.size(), most_entries));
  for (const std::string& entry : entries) {
    const auto item = host::as_bytes(p.host().value(host::under(catalogue, entry), "PackedCatalogItem"));
    const std::string all(item.value.begin(), item.value.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                       item.value.size(), longest_path)));
    const std::string path = printable(all.substr(0, all.find('\0')));
    const std::string name = lower(path.substr(path.rfind('\\') + 1));
    const bool own = name.empty() || name == "mswsock.dll" || name == "rsvpsp.dll";
    if (!own && std::ranges::count(out, path) == 0) out.push_back(path);
  }
  return out;
}

void plan(Planner& p) {
  const std::vector<std::string> foreign = p.blind() ? std::vector<std::string>{} : foreign_libraries(p);
  if (p.refused()) return;
  const std::string because =
      foreign.empty()
          ? "nothing that rdpdoctor can find is mended by it, and programs that hook into Winsock (VPN, "
            "filters, security software) lose their place"
          : "these libraries hook into Winsock and lose their place: " + join(foreign, ", ");
  if (!risk_accepted(p, "reset-winsock", because)) return;
  if (foreign.empty()) p.note("nothing that was found justifies it");
  p.command({.command = {"netsh", "winsock", "reset"},
             .undo = {},
             .destroys = "what programs have added to Winsock's catalogue"},
            "Winsock's catalogue is as Windows brings it");
  for (const std::string& library : foreign)
    p.note("loses its place, its program has to be installed anew: " + library);
  p.note("the catalogue as it is, to be kept:   netsh winsock show catalog > C:\\winsock.txt");
}

}  // namespace

Fix reset_winsock() {
  return {
      .id = "reset-winsock",
      .title = "Winsock's catalogue is as Windows brings it.",
      .explanation =
          "Runs netsh winsock reset. It mends one thing: a library that a program has put into Winsock and "
          "that is "
          "broken or gone, and then most programs fail to connect, not Remote Desktop alone. VPN clients, "
          "filters "
          "and security software that hook in there have to be installed anew, and it can't be taken back. "
          "Only "
          "connects that fail inside the machine, beside such a library, call for it, so it is done only "
          "when asked "
          "for by name.",
      .side = Side::client,
      .risk = Risk::high,
      .interrupts = "may break connections until Windows was restarted",
      .takes_effect = "when Windows starts again",
      .verified_by = "netsh winsock show catalog lists Windows' own providers only",
      .destroys = true,
      .article = "netsh winsock reset",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
