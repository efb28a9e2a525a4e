// Winsock's catalogue: which libraries stand between a program and its sockets. [Microsoft, "Winsock Service
// Provider Interface": protocol and name space catalogues]
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/socket_catalog.h"
#include "host/files.h"
#include "inspect/client_topics.h"
#include "inspect/readings.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::SocketProvider;
using Providers = evidence::Fact<std::vector<SocketProvider>>;

constexpr std::string_view parameters = R"(HKLM\SYSTEM\CurrentControlSet\Services\WinSock2\Parameters)";
constexpr std::size_t most_entries = 300;  // Windows itself has below forty

// Those of Windows 7 to 11 and Server 2008 R2 to 2025: protocols; names of e-mail, peer networks, network
// location, Bluetooth and the directory; QoS.
constexpr std::string_view own_libraries[] = {"mswsock.dll", "rsvpsp.dll", "napinsp.dll",
                                              "pnrpnsp.dll", "nlaapi.dll", "nlansp_c.dll",
                                              "winrnr.dll",  "wshbth.dll", "wshqos.dll"};

bool is_own(host::Host& host, const std::string& path) {
  const std::string folder = lower(host::under(host::system_root(host), "System32")) + "\\";
  const std::string library = lower(path);
  return library.starts_with(folder) &&
         std::ranges::count(own_libraries, std::string_view(library).substr(folder.size())) != 0;
}

// The first thing that can't be read makes the whole unreadable: it may be the one that matters.
void unreadable(Providers& out, const std::string& why, std::string source) {
  if (out.is.state == Presence::unreadable) return;
  out.is = Reading<std::vector<SocketProvider>>::unreadable(printable(why));
  out.source = std::move(source);
}

void take_protocol(host::Host& host, const std::string& key, Providers& out) {
  const auto packed = host::as_bytes(host.value(key, "PackedCatalogItem"));
  const std::string source = host::value_source(host, key, "PackedCatalogItem");
  if (!packed.get()) return unreadable(out, packed.why.empty() ? "it is not there" : packed.why, source);
  auto item = formats::decode_socket_catalog_item(packed.value);
  if (!item) return unreadable(out, to_text(item.error()), source);
  std::string library = host::expanded(host, item->library);
  const bool own = is_own(host, library);
  out.is.value.push_back({.kind = item->chain_length == 1 ? "protocol" : "layered protocol",
                          .name = std::move(item->protocol),
                          .library = std::move(library),
                          .own = own,
                          .source = host.real_key(key)});
}

void take_name_space(host::Host& host, const std::string& key, Providers& out) {
  const evidence::TextFact library = text(host, key, "LibraryPath");
  if (!library.get())
    return unreadable(out, library.is.why.empty() ? "it is not there" : library.is.why, library.source);
  const evidence::TextFact name = text(host, key, "DisplayString");
  std::string path = printable(host::expanded(host, *library.get()), 300);
  const bool own = is_own(host, path);
  out.is.value.push_back({.kind = "name space",
                          .name = name.get() ? printable(*name.get()) : "",
                          .library = std::move(path),
                          .own = own,
                          .source = host.real_key(key)});
}

// A 32-bit Windows has the list without "64" alone.
void read_catalog(host::Host& host, std::string_view name,
                  void (*take)(host::Host&, const std::string&, Providers&), Providers& out) {
  std::string list = fmt::format("{}\\{}\\Catalog_Entries64", parameters, name);
  auto entries = host.subkeys(list);
  if (entries.state == Presence::absent) {
    list.resize(list.size() - 2);
    entries = host.subkeys(list);
  }
  if (entries.state == Presence::unreadable) return unreadable(out, entries.why, host.real_key(list));
  if (!entries.get()) return;
  if (out.is.state == Presence::absent) out.is.state = Presence::present;
  entries.value.resize(std::min(entries.value.size(), most_entries));
  for (const std::string& entry : entries.value)
    if (out.is.state == Presence::present) take(host, fmt::format("{}\\{}", list, entry), out);
}

}  // namespace

void inspect_client_sockets(host::Host& host, const Target&, ClientFacts& facts) {
  Providers& out = facts.socket_catalog;
  out = {.is = Reading<std::vector<SocketProvider>>::absent(), .source = host.real_key(parameters)};
  read_catalog(host, "Protocol_Catalog9", take_protocol, out);
  read_catalog(host, "NameSpace_Catalog5", take_name_space, out);
}

}  // namespace rdpdoctor::inspect
