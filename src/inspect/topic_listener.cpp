// The listeners, as WinStations has them, with what policies set over all of them; and who listens on the
// port of RDP-Tcp.
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"
#include "inspect/readings.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::ListenerFacts;
using evidence::NumberFact;
using evidence::TextFact;

constexpr std::string_view rdp_tcp = "RDP-Tcp";
constexpr std::string_view class_key = R"(HKLM\SOFTWARE\Classes\CLSID)";
constexpr std::string_view interfaces_key =
    R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces)";
// The class of network adapters.
constexpr std::string_view network_key =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318})";

// Windows has two or three listeners, Citrix and Azure Virtual Desktop one or two more.
constexpr std::size_t most_listeners = 32, most_adapters = 1000;

std::string below(std::string_view parent, std::string_view name) {
  return fmt::format("{}\\{}", parent, name);
}

NumberFact by_policy_or_here(host::Host& host, std::string_view key, std::string_view name) {
  return policy_over(number(host, terminal_services_policy, name), number(host, key, name));
}

// The policy's 999999 is how it says "no limit". [TerminalServer.admx, MaxInstanceCount]
NumberFact max_instances(host::Host& host, std::string_view key) {
  constexpr std::uint32_t unlimited_by_policy = 999999, unlimited = 0xffffffff;
  NumberFact fact = by_policy_or_here(host, key, "MaxInstanceCount");
  if (fact.by_policy && fact.get() && *fact.get() == unlimited_by_policy) fact.is.value = unlimited;
  return fact;
}

// LanAdapter holds the LanaId of a key of `lanatable`, whose name is the adapter's GUID.
TextFact adapter_guid(host::Host& host, std::uint32_t number_of_adapter) {
  const std::string table = below(terminal_server, "lanatable");
  TextFact fact{.source = host.real_key(table)};
  Reading<std::vector<std::string>> names = host.subkeys(table);
  if (!names.get()) {
    bool none = names.state == Presence::absent;
    fact.is = Reading<std::string>::unreadable(
        none ? fmt::format("no lanatable tells which adapter has the number {}", number_of_adapter)
             : names.why);
    return fact;
  }
  fact.is = Reading<std::string>::absent();
  for (std::size_t i = 0; i < std::min(names.value.size(), most_adapters); ++i) {
    NumberFact id = number(host, below(table, names.value[i]), "LanaId");
    if (id.get() && *id.get() == number_of_adapter) {
      fact.is = Reading<std::string>::present(names.value[i]);
      return fact;
    }
    if (id.is.state == Presence::unreadable) fact.is = Reading<std::string>::unreadable(id.is.why);
  }
  return fact;
}

// One of the two places is enough: a key that is left of an adapter says only that Windows knows it.
evidence::Fact<bool> adapter_exists(host::Host& host, const std::string& guid) {
  evidence::Fact<bool> fact;
  for (const std::string& key :
       {below(interfaces_key, guid), below(below(network_key, guid), "Connection")}) {
    Reading<std::vector<host::RegistryValue>> values = host.values(key);
    if (fact.is.state == Presence::unreadable) break;
    fact.source = host.real_key(key);
    if (values.state == Presence::unreadable)
      fact.is = Reading<bool>::unreadable(values.why);
    else
      fact.is = Reading<bool>::present(values.get() != nullptr);
    if (values.get()) break;
  }
  return fact;
}

void read_adapter(host::Host& host, ListenerFacts& listener) {
  const std::uint32_t* adapter = listener.adapter.get();
  if (!adapter || *adapter == 0) return;
  listener.adapter_guid = adapter_guid(host, *adapter);
  const TextFact& guid = listener.adapter_guid;
  if (guid.get()) {
    listener.adapter_exists = adapter_exists(host, *guid.get());
    return;
  }
  bool none = guid.is.state == Presence::absent;
  listener.adapter_exists = {
      .is = none ? Reading<bool>::present(false) : Reading<bool>::unreadable(guid.is.why),
      .source = guid.source};
}

// "C:\Windows\System32\rdpcorets.dll" of '"%SystemRoot%\system32\rdpcorets.dll"' or a bare name, which COM
// finds in System32.
std::string library_path(host::Host& host, std::string_view stored) {
  std::string_view bare = trim(stored);
  if (1 < bare.size() && bare.front() == '"' && bare.back() == '"') bare = bare.substr(1, bare.size() - 2);
  if (bare.find('\\') == bare.npos && bare.find('%') == bare.npos)
    return host::under(host::under(host::system_root(host), "System32"), bare);
  return host::expanded(host, bare);
}

void read_protocol(host::Host& host, const std::string& key, ListenerFacts& listener) {
  listener.protocol_object = text(host, key, "LoadableProtocol_Object");
  listener.backup_object = text(host, key, "CitrixBackupRdpTcpLoadableProtocolObject");
  if (!listener.protocol_object.get()) return;
  const std::string clsid(trim(*listener.protocol_object.get()));
  // A name with a backslash would lead to another key.
  if (clsid.empty() || clsid.find('\\') != clsid.npos) return;
  TextFact& server = listener.protocol_server;
  server = text(host, below(below(class_key, clsid), "InprocServer32"), "");
  if (!server.get()) return;
  server.is.value = library_path(host, *server.get());
  Reading<host::FileInfo> info = host.file(server.is.value);
  bool known = info.state == Presence::present || info.state == Presence::absent;
  listener.protocol_server_exists = {
      .is = {known ? Presence::present : info.state, info.get() != nullptr, info.why},
      .source = server.is.value};
}

ListenerFacts read_listener(host::Host& host, const std::string& name) {
  const std::string key = below(below(terminal_server, "WinStations"), name);
  ListenerFacts listener{.name = name};
  Reading<std::vector<host::RegistryValue>> values = host.values(key);
  listener.exists.is = {values.state, true, values.why};
  listener.exists.source = host.real_key(key);
  listener.enabled = number(host, key, "fEnableWinStation");
  listener.logon_disabled = number(host, key, "fLogonDisabled");
  listener.port = number(host, key, "PortNumber");
  listener.adapter = number(host, key, "LanAdapter");
  listener.max_instances = max_instances(host, key);
  listener.security_layer = by_policy_or_here(host, key, "SecurityLayer");
  listener.user_authentication = by_policy_or_here(host, key, "UserAuthentication");
  listener.min_encryption_level = by_policy_or_here(host, key, "MinEncryptionLevel");
  read_adapter(host, listener);
  read_protocol(host, key, listener);
  return listener;
}

void read_listening(host::Host& host, evidence::HostFacts& facts) {
  Reading<std::vector<host::Listening>> sockets = host.listening();
  facts.listening = {sockets.state, {}, sockets.why};
  const std::uint32_t* port = facts.listeners.front().port.get();
  for (const host::Listening& s : sockets.value) {
    if (s.port != (port ? *port : 3389)) continue;
    facts.listening.value.push_back({.protocol = s.protocol,
                                     .address = s.address,
                                     .port = s.port,
                                     .process_id = s.process_id,
                                     .program = s.program,
                                     .service = s.service});
  }
}

}  // namespace

void inspect_listener(host::Host& host, evidence::HostFacts& facts) {
  facts.listeners.push_back(read_listener(host, std::string(rdp_tcp)));
  Reading<std::vector<std::string>> names = host.subkeys(below(terminal_server, "WinStations"));
  for (const std::string& name : names.value) {
    bool other = !equal_ignoring_case(name, rdp_tcp) && !equal_ignoring_case(name, "Console");
    if (other && facts.listeners.size() < most_listeners)
      facts.listeners.push_back(read_listener(host, name));
  }
  read_listening(host, facts);
}

}  // namespace rdpdoctor::inspect
