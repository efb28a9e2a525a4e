// Judges whether one address family of the name is dead while the other works.
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Where this machine has no route, the system goes on to the next address at once, as it does for a refusal.
bool dead(const Connection& c) {
  bool routed = c.tcp.outcome != evidence::TcpOutcome::no_route;
  return syn_unanswered(c) || (unreachable(c) && routed) || rejected_by_icmp(c);
}

// Nothing listens there, so a client goes on at once. Loopback says nothing of what is published: `localhost`
// always gives both families, and few programs listen on both.
bool closed(const Connection& c) {
  const std::string& address = c.asked.address;
  bool loopback = address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
  return refused_by_reset(c) && !loopback;
}

bool fails(const Connection& c) {
  return dead(c) || closed(c);
}

// A refusal doesn't tell a listener that is missing from one that restarts, or from a firewall's RST.
bool sure(const Connections& failed) {
  if (any_of(failed, closed)) return false;
  return failed.size() > 1 || any_of(failed, [](const Connection& conn) {
           const std::uint32_t* again = conn.tcp.retransmits.get();
           return again && *again > 1;
         });
}

const char* family(const Connections& list) {
  return is_ipv6(list.front()->asked.address) ? "IPv6" : "IPv4";
}

std::string headline(const Connections& failed) {
  const char* what =
      all_of(failed, closed) ? "is published, but nothing listens there." : "is published but does not work.";
  return fmt::format("The name's {} address {}", family(failed), what);
}

// The family tried first works, and the other one is dead. It costs this client nothing today; it does when
// the order turns, or where only that family has a route.
Verdict second_dead(const Connections& first, const Connections& second) {
  Connections working = filter(first, x224_answered);
  if (any_of(second, tcp_up) || working.empty())
    return excluded("the family tried first connects (" + source("tcp", filter(first, tcp_up)) + ")");
  if (!all_of(second, fails))
    return excluded("the family tried second is not dead: " + tcp_words(*second.front()));
  const char* name = family(second);
  return Found{
      sure(second) ? Certainty::proven : Certainty::likely,
      {{source("tcp", second), fmt::format("{} fails: {}, {}", name, tcp_words(*second.front()),
                                           share(second.size(), second.size()))},
       {source("x224", working), fmt::format("{} is tried first and answers, so clients like this one do not "
                                             "notice",
                                             working.front()->asked.address)}},
      false,
      headline(second),
      {}};
}

Verdict judge(const CaseFile& c) {
  Connections tried = tcp_tried(c);
  if (c.target.addresses.empty() || tried.empty()) return needs_probe();
  bool first_is_v6 = is_ipv6(c.target.addresses.front());
  auto in_first = [&](const Connection& conn) { return is_ipv6(conn.asked.address) == first_is_v6; };
  Connections first = filter(tried, in_first);
  Connections other = filter(tried, [&](const Connection& conn) { return !in_first(conn); });
  if (other.empty()) return excluded("the name gives addresses of one family only");
  Connections working = filter(other, x224_answered);
  if (first.empty()) return needs_probe();
  if (any_of(first, tcp_up)) return second_dead(first, other);
  if (working.empty()) return needs(need::further);
  if (!all_of(first, fails))
    return excluded("the family tried first is not dead: " + tcp_words(*first.front()));
  // Only a wait stops a client. Windows asks a port that refuses for two seconds, and then goes on.
  bool slow =
      any_of(first, [](const Connection& conn) { return !closed(conn) && conn.tcp.connect_ms >= 1000; });
  const char* name = family(first);
  return Found{
      sure(first) ? Certainty::proven : Certainty::likely,
      {{source("tcp", first), fmt::format("{} is tried first and fails: {}, {}", name,
                                          tcp_words(*first.front()), share(first.size(), first.size()))},
       {source("x224", working), fmt::format("{} answers", working.front()->asked.address)}},
      slow,
      headline(first),
      {}};
}

}  // namespace

Cause address_family_broken() {
  return {
      .id = "address-family-broken",
      .title = "One address family of the name is published but does not work.",
      .stage = Stage::tcp,
      .machine = Machine::path,
      .explanation =
          "The name has both IPv6 and IPv4 addresses, and those of one family get no answer while the other "
          "one works. Mostly it is IPv6, which systems try first. Clients then hang until the first family "
          "times out, and "
          "some give up before they try the second. Usual reasons: an AAAA record that DNS registration or "
          "a VPN adapter left behind, a firewall rule written for IPv4 only, or a tunnel that carries one "
          "family.",
      .tell_apart =
          "Connect to each address and compare: if all of one family fail by timeout and one of the other "
          "passes, it is this. When the dead family is the one tried second, or refuses at once, this client "
          "does not notice, and it is reported as a note: a client goes on to the next address after a "
          "refusal.",
      .advice =
          {"On the client: connect to the address that works; a certificate warning is then about the name "
           "and expected.",
           "On the client, PowerShell: the addresses that the name gives:   Resolve-DnsName HOST",
           "On the DNS server: remove the record of the family that the host does not serve.",
           "On the host, PowerShell as administrator, once its adapters are right:   Register-DnsClient",
           "On the host or the firewall: admit the port for both families. Do not switch IPv6 off: parts of "
           "Windows rely on it."},
      .article = Article::names_it,
      .article_note =
          "The article calls it a fault of updated Windows 11 clients with host names. No such fault is "
          "known; what is real is that a name leads to another address or family, and to Kerberos, where an "
          "address leads to NTLM. Both are looked at here.",
      .fixes = {"connect-by-address"},
      .codes = {{"disconnect", 0x108, Certainty::possible, "the first address tried did not answer in time"},
                {"disconnect", 0x204, Certainty::possible, "the connect to the first address failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
