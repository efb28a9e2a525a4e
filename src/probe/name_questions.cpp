#include "probe/name_questions.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::probe {
namespace {

using evidence::CaseFile;
using evidence::DnsAnswer;
using evidence::DnsOutcome;

struct Server {
  std::string address;
  bool asked_for = false;
};

std::vector<Server> servers_of(const CaseFile& c, const std::vector<std::string>& asked_for) {
  std::vector<Server> list;
  auto add = [&](const std::vector<std::string>& from, bool wanted) {
    std::size_t n = 0;
    for (const std::string& address : from) {
      if (n == most_servers) return;
      if (std::ranges::find(list, address, &Server::address) != list.end()) continue;
      list.push_back({address, wanted});
      ++n;
    }
  };
  if (const auto* own = c.name.servers.get()) add(*own, false);
  add(asked_for, true);
  return list;
}

// Of addresses that mean something on one link or machine only, no server of the network knows a name.
bool is_local(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("169.254.") ||
         lower(address).starts_with("fe80:");
}

class Wishes {
 public:
  explicit Wishes(const CaseFile& c) : case_(c) {}

  [[nodiscard]] const DnsAnswer* made(const Server& server, const std::string& question,
                                      std::string_view type) const {
    auto at = std::ranges::find_if(case_.name.dns, [&](const DnsAnswer& a) {
      return a.server == server.address && a.question == question && a.type == type;
    });
    return at == case_.name.dns.end() ? nullptr : &*at;
  }
  void ask(const Server& server, const std::string& question, std::string_view type) {
    if (made(server, question, type)) return;
    DnsAnswer wish;
    wish.server = server.address;
    wish.asked_for = server.asked_for;
    wish.question = question;
    wish.type = type;
    list_.push_back(std::move(wish));
  }
  std::vector<DnsAnswer> take() { return std::move(list_); }

 private:
  const CaseFile& case_;
  std::vector<DnsAnswer> list_;
};

void ask_names(Wishes& w, const CaseFile& c, const Server& server) {
  const auto* search_list = c.name.search_list.get();
  std::vector<std::string> names = whole_names(c.target.host, search_list ? *search_list : decltype(names){});
  if (c.target.host.find('.') != std::string::npos) {
    const DnsAnswer* first = w.made(server, names.front(), "address");
    bool denied = first && (first->outcome == DnsOutcome::not_found || first->outcome == DnsOutcome::no_data);
    if (!denied) names.resize(1);
  }
  for (const std::string& name : names) w.ask(server, name, "address");
}

void ask_pointers(Wishes& w, const CaseFile& c, const Server& server) {
  for (std::size_t i = 0; i < most_pointers && i < c.target.addresses.size(); ++i) {
    const std::string& address = c.target.addresses[i];
    if (server.asked_for || !is_local(address)) w.ask(server, address, "PTR");
  }
}

}  // namespace

std::vector<std::string> whole_names(const std::string& host, const std::vector<std::string>& search_list) {
  if (host.ends_with('.')) return {host.substr(0, host.size() - 1)};
  std::vector<std::string> names;
  for (const std::string& suffix : search_list) {
    if (names.size() < most_suffixes) names.push_back(host), names.back().append(".").append(suffix);
  }
  bool dotted = host.find('.') != std::string::npos;
  names.insert(dotted ? names.begin() : names.end(), host);
  return names;
}

bool is_for_dns(const std::string& host) {
  std::string name = lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
  bool ascii = std::ranges::all_of(name, [](char ch) { return ' ' < ch && ch <= '~'; });
  bool special =
      name == "localhost" || name.ends_with(".localhost") || name == "local" || name.ends_with(".local");
  return !name.empty() && ascii && !special;
}

bool calls_itself(const evidence::Connection& machine, const std::string& host) {
  auto label = [](std::string_view name) { return lower(name.substr(0, name.find('.')).substr(0, 15)); };
  auto fits = [&](const std::string& own) {
    if (own.starts_with("*.")) return lower(host).ends_with(lower(own.substr(1)));
    return !own.empty() && label(own) == label(host);
  };
  if (fits(machine.nla.dns_computer_name) || fits(machine.nla.netbios_computer_name)) return true;
  if (machine.tls.chain.empty()) return false;
  const auto& leaf = machine.tls.chain.front();
  return fits(leaf.common_name) || std::ranges::any_of(leaf.dns_names, fits);
}

std::vector<DnsAnswer> next_name_questions(const CaseFile& c, const std::vector<std::string>& asked_for) {
  Wishes w(c);
  std::vector<Server> servers = servers_of(c, asked_for);
  if (!c.target.is_address && is_for_dns(c.target.host)) {
    for (const Server& server : servers) ask_names(w, c, server);
  }
  bool own = false;
  bool wanted = false;
  for (const Server& server : servers) {  // the first of each kind
    bool& done = server.asked_for ? wanted : own;
    if (!std::exchange(done, true)) ask_pointers(w, c, server);
  }
  return w.take();
}

}  // namespace rdpdoctor::probe
