// How Windows is set up to look up names: each adapter's DNS servers, the search list, the hosts file. Not
// seen: the name resolution policy table (NRPT), with which a VPN or DirectAccess sends some domains to other
// servers; DNS over HTTPS; LLMNR, mDNS and NetBIOS.
#ifdef _WIN32

#include <winsock2.h>

#include <ares.h>
#include <windows.h>

#include <array>

#include "net/ares_library.h"
#include "net/name_setup.h"

namespace rdpdoctor::net {
namespace {

using List = Reading<std::vector<std::string>>;

std::string server_text(const ares_addr_port_node& node) {
  std::array<char, 64> text{};
  if (ares_inet_ntop(node.family, &node.addr, text.data(), text.size()) == nullptr) return {};
  const std::string address = text.data();
  if (node.udp_port == 0 || node.udp_port == 53) return address;
  const std::string port = ":" + std::to_string(node.udp_port);
  return node.family == AF_INET6 ? "[" + address + "]" + port : address + port;
}

List servers_of(ares_channel channel) {
  ares_addr_port_node* first = nullptr;
  const int status = ares_get_servers_ports(channel, &first);
  if (status != ARES_SUCCESS) return List::unreadable(ares_strerror(status));
  std::vector<std::string> servers;
  for (const ares_addr_port_node* node = first; node != nullptr; node = node->next) {
    std::string server = server_text(*node);
    if (!server.empty()) servers.push_back(std::move(server));
  }
  ares_free_data(first);
  return present_or_absent(std::move(servers));
}

List search_list_of(ares_channel channel) {
  ares_options options{};
  int mask = 0;
  const int status = ares_save_options(channel, &options, &mask);
  if (status != ARES_SUCCESS) return List::unreadable(ares_strerror(status));
  std::vector<std::string> suffixes;
  for (int i = 0; (mask & ARES_OPT_DOMAINS) != 0 && i < options.ndomains; ++i)
    suffixes.emplace_back(options.domains[i]);
  ares_destroy_options(&options);
  return present_or_absent(std::move(suffixes));
}

std::filesystem::path hosts_path() {
  std::array<wchar_t, MAX_PATH> folder{};
  const UINT size = GetSystemDirectoryW(folder.data(), static_cast<UINT>(folder.size()));
  if (size == 0 || folder.size() <= size) return L"C:\\Windows\\System32\\drivers\\etc\\hosts";
  return std::filesystem::path(folder.data()) / L"drivers" / L"etc" / L"hosts";
}

}  // namespace

NameSetup name_setup() {
  NameSetup setup;
  const std::filesystem::path hosts = hosts_path();
  setup.hosts_path = hosts.string();
  setup.hosts_file = read_text_file(hosts);
  ares_channel channel = nullptr;
  const int status = ares_library() != ARES_SUCCESS ? ares_library() : ares_init(&channel);
  if (status != ARES_SUCCESS) {
    setup.servers = setup.search_list = List::unreadable(ares_strerror(status));
    return setup;
  }
  setup.servers = servers_of(channel);
  setup.search_list = search_list_of(channel);
  ares_destroy(channel);
  return setup;
}

}  // namespace rdpdoctor::net

#endif
