// Judges whether the name's address is the host's no longer although DNS still gives it. From the wire it can
// only be suspected: the host itself knows its address.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/name_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool dead(const Connection& c) {
  return syn_unanswered(c) || unreachable(c);
}

// A server of the user's choice gives another address than this machine's servers do, and there RDP answers.
std::optional<Found> known_elsewhere(const CaseFile& c, const ServerWords& same, const ServerWords& others,
                                     const Connections& own) {
  bool ours_agree = std::ranges::any_of(same, [](auto& word) { return !word.answer->asked_for; }) &&
                    std::ranges::all_of(others, [](auto& word) { return word.answer->asked_for; });
  if (!ours_agree || any_of(own, x224_answered)) return std::nullopt;
  for (const ServerWord& word : others) {
    for (const Connection* conn : filter(told_attempts(c), x224_answered)) {
      if (std::ranges::count(word.answer->addresses, conn->asked.address) == 0) continue;
      return Found{Certainty::likely,
                   {dns_line(same[0]),
                    dns_line(word),
                    {source("tcp", *own[0]), own[0]->asked.address + ": " + tcp_words(*own[0])},
                    {source("x224", *conn), conn->asked.address + " answers RDP"}}};
    }
  }
  return std::nullopt;
}

// Nothing answers, and the address is registered to another name. An alias looks so, too.
std::optional<Found> held_by_another(const CaseFile& c, const ServerWords& same, const Connections& own) {
  if (!all_of(own, dead)) return std::nullopt;
  const std::string& address = own[0]->asked.address;
  std::vector<std::string> names = pointer_names(c, address);
  std::vector<std::string> right = aliases(c);
  right.push_back(c.target.host);
  bool ours = std::ranges::any_of(names, [&](const std::string& name) {
    return std::ranges::any_of(right, [&](const std::string& known) { return names_match(known, name); });
  });
  if (names.empty() || ours) return std::nullopt;
  return Found{Certainty::possible,
               {dns_line(same[0]),
                {source("tcp", *own[0]), address + ": " + tcp_words(*own[0])},
                {"dns", fmt::format("by reverse look-up {} is {}", address, printable(join(names, ", ")))}},
               true,
               fmt::format("The name's address {} may belong to {} by now.", address, printable(names[0]))};
}

Verdict judge(const CaseFile& c) {
  if (c.target.is_address) return needs(need::host);
  if (gives_nothing(c)) return excluded("the name gives no address at all");
  ServerWords words = server_words(c);
  ServerWords same = agreeing(c, words);
  ServerWords others = differing(c, words);
  if (same.empty()) {
    return others.empty() ? Verdict{needs(need::name_servers)}
                          : Verdict{excluded("DNS gives another address than the system uses")};
  }
  Connections own = own_attempts(c);
  if (own.empty()) return needs(need::host);
  if (auto found = known_elsewhere(c, same, others, own)) return *found;
  if (auto found = others.empty() ? held_by_another(c, same, own) : std::nullopt) return *found;
  if (any_of(own, x224_answered) && whose(c, identity_of(own)) == Whose::asked_one)
    return excluded("the machine at the name's address calls itself by the asked name");
  return needs(need::host);
}

}  // namespace

Cause address_changed() {
  return {
      .id = "address-changed",
      .title = "The host's address has changed and its name did not follow.",
      .stage = Stage::name,
      .machine = Machine::host,
      .explanation =
          "The host gets its address by DHCP or from the cloud, and got another one: after a restart, a "
          "redeployment or an expired lease. DNS, saved .rdp files, port forwardings and firewall rules "
          "still use the old one, at which nobody or somebody else answers.",
      .tell_apart =
          "The name points to an address that is dead or shows another machine's names, and the host itself "
          "shows another address. If only this client has the old address it is name-answer-stale.",
      .advice =
          {"On the host: its address, and whether it comes by DHCP:   ipconfig /all",
           "On the client, ask the DNS server nearest to the host, and try its answer:   rdpdoctor diagnose "
           "HOST --dns DNSSERVER",
           "On the host, PowerShell as administrator, renew its DNS record:   Register-DnsClient",
           "On the DHCP server or in the cloud console: reserve the address, so that it stays.",
           "On routers and in .rdp files: use the name, or the reserved address."},
      .article = Article::names_it,
      .fixes = {"reserve-address", "flush-name-cache"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the old address does not answer"},
                {"disconnect", 0x108, Certainty::possible, "the old address does not answer"},
                {"disconnect", 0x907, Certainty::possible, "another machine has the old address"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
