// How Linux is set up to look up names: /etc/resolv.conf and /etc/hosts. Not seen: other sources that
// nsswitch.conf may name (mDNS, a directory), and which server systemd-resolved would choose for which
// domain: its stub (127.0.0.53) answers from its cache and the hosts file, so its servers are named instead.
#ifndef _WIN32

#include <unistd.h>

#include <array>
#include <string_view>

#include "net/name_setup.h"
#include "net/resolv_conf.h"

namespace rdpdoctor::net {
namespace {

constexpr const char* resolved_servers = "/run/systemd/resolve/resolv.conf";

// The domain of this machine's own name, which the resolver searches when it is told nothing else.
std::vector<std::string> own_domain() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  const std::string_view whole(name.data());
  const std::size_t dot = whole.find('.');
  return dot == whole.npos || dot + 1 == whole.size() ? std::vector<std::string>{}
                                                      : std::vector{std::string(whole.substr(dot + 1))};
}

}  // namespace

NameSetup name_setup() {
  NameSetup setup;
  setup.hosts_path = "/etc/hosts";
  setup.hosts_file = read_text_file(setup.hosts_path);
  const Reading<std::string> text = read_text_file("/etc/resolv.conf");
  if (text.state == Presence::unreadable) {
    setup.servers = setup.search_list = Reading<std::vector<std::string>>::unreadable(text.why);
    return setup;
  }
  ResolvConf conf = parse_resolv_conf(text.value);
  if (conf.servers == std::vector<std::string>{"127.0.0.53"}) {
    const Reading<std::string> behind = read_text_file(resolved_servers);
    ResolvConf upstream = parse_resolv_conf(behind.value);
    if (!upstream.servers.empty()) conf.servers = std::move(upstream.servers);
  }
  setup.servers = present_or_absent(std::move(conf.servers));
  setup.search_list = present_or_absent(conf.names_suffixes ? std::move(conf.search_list) : own_domain());
  return setup;
}

}  // namespace rdpdoctor::net

#endif
