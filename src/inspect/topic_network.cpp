// The host's addresses and how it gets them; the networks that it was in; the ports for its own connections.
#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "fmt/core.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::Adapter;
using evidence::TextFact;

constexpr std::string_view parameters = R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)";
// The class of network adapters.
constexpr std::string_view connections =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318})";
constexpr std::string_view network_list =
    R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles)";

// Adapters that were taken out stay in the registry; a cloud machine gets a new one with each move.
constexpr std::size_t most_adapters = 64;
constexpr std::size_t most_addresses = 16;
constexpr std::size_t most_looked_at = 1000;
constexpr std::size_t most_networks = 100;

std::string below(std::string_view parent, std::string_view name) {
  return fmt::format("{}\\{}", parent, name);
}

void add_address(std::string_view address, Adapter& adapter) {
  std::string_view text = trim(address);
  bool none = text.empty() || text == "0.0.0.0" || most_addresses <= adapter.addresses.size();
  if (!none) adapter.addresses.push_back(printable(text, 60));
}

// The lease's times are seconds since 1970.
std::optional<Instant> lease_time(host::Host& host, const std::string& key, std::string_view name) {
  evidence::NumberFact seconds = number(host, key, name);
  if (!seconds.get() || *seconds.get() == 0) return std::nullopt;
  return Instant{std::int64_t{*seconds.get()} * 1000};
}

// RFC 3927: what Windows gives itself where no DHCP server answers.
void read_self_made(host::Host& host, const std::string& key, Adapter& adapter) {
  TextFact address = text(host, key, "IPAutoconfigurationAddress");
  if (!address.get() || !trim(*address.get()).starts_with("169.254.")) return;
  add_address(*address.get(), adapter);
  adapter.self_made = true;
}

Adapter read_adapter(host::Host& host, const std::string& id) {
  std::string key = below(below(parameters, "Interfaces"), id);
  Adapter adapter{.id = printable(id, 60), .dhcp = number(host, key, "EnableDHCP")};
  TextFact name = text(host, below(below(connections, id), "Connection"), "Name");
  if (name.get()) adapter.name = printable(*name.get(), 100);
  const std::uint32_t* dhcp = adapter.dhcp.get();
  if (dhcp && *dhcp == 0) {
    for (const std::string& address : host::as_texts(host.value(key, "IPAddress")).value)
      add_address(address, adapter);
    return adapter;
  }
  TextFact leased = text(host, key, "DhcpIPAddress");
  if (leased.get()) add_address(*leased.get(), adapter);
  if (adapter.addresses.empty()) read_self_made(host, key, adapter);
  TextFact server = text(host, key, "DhcpServer");
  if (server.get()) adapter.dhcp_server = printable(*server.get(), 60);
  adapter.lease_obtained = lease_time(host, key, "LeaseObtainedTime");
  adapter.lease_ends = lease_time(host, key, "LeaseTerminatesTime");
  return adapter;
}

void read_adapters(host::Host& host, evidence::NetworkFacts& facts) {
  std::string key = below(parameters, "Interfaces");
  Reading<std::vector<std::string>> ids = host.subkeys(key);
  facts.adapters = {.is = {ids.state, {}, ids.why}, .source = host.real_key(key)};
  ids.value.resize(std::min(ids.value.size(), most_looked_at));
  for (const std::string& id : ids.value) {
    Adapter adapter = read_adapter(host, id);
    bool kept = !adapter.addresses.empty() && facts.adapters.is.value.size() < most_adapters;
    if (kept) facts.adapters.is.value.push_back(std::move(adapter));
  }
}

// A SYSTEMTIME, [MS-DTYP] 2.3.13, in the host's local time; "" if it is none.
std::string system_time(View bytes) {
  Reader r(bytes);
  unsigned year = r.u16le("wYear"), month = r.u16le("wMonth");
  r.skip(2, "wDayOfWeek");
  unsigned day = r.u16le("wDay"), hour = r.u16le("wHour"), minute = r.u16le("wMinute"),
           second = r.u16le("wSecond");
  bool real = r.ok() && 1970 <= year && year <= 9999 && 1 <= month && month <= 12 && 1 <= day && day <= 31 &&
              hour <= 23 && minute <= 59 && second <= 60;
  if (!real) return "";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day, hour, minute, second);
}

void read_networks(host::Host& host, evidence::NetworkFacts& facts) {
  static constexpr std::string_view categories[] = {"Public", "Private", "Domain"};
  Reading<std::vector<std::string>> ids = host.subkeys(network_list);
  facts.networks = {.is = {ids.state, {}, ids.why}, .source = host.real_key(network_list)};
  ids.value.resize(std::min(ids.value.size(), most_networks));
  for (const std::string& id : ids.value) {
    std::string key = below(network_list, id);
    evidence::NumberFact category = number(host, key, "Category");
    if (!category.get() || std::size(categories) <= *category.get()) continue;
    TextFact name = text(host, key, "ProfileName");
    Reading<Bytes> last = host::as_bytes(host.value(key, "DateLastConnected"));
    facts.networks.is.value.push_back({.name = name.get() ? printable(*name.get(), 100) : "",
                                       .category = std::string(categories[*category.get()]),
                                       .last_connected = system_time(last.value),
                                       .source = std::move(category.source)});
  }
}

}  // namespace

void inspect_network(host::Host& host, evidence::HostFacts& facts) {
  read_adapters(host, facts.network);
  read_networks(host, facts.network);
  facts.network.max_user_port = number(host, parameters, "MaxUserPort");
  facts.network.timed_wait_delay = number(host, parameters, "TcpTimedWaitDelay");
}

}  // namespace rdpdoctor::inspect
