// Judges whether the name leads to an address that is no longer right.
#include "causes/engine/tcp_views.h"

namespace rdpdoctor::causes {
namespace {

bool dead(const Connection& c) {
  return syn_unanswered(c) || unreachable(c);
}

Verdict judge(const CaseFile& c) {
  if (c.target.is_address) return excluded("an address was given, no name");
  Connections tried = tcp_tried(c);
  Connections gone = filter(tried, dead);
  Connections working = filter(tried, x224_answered);
  bool told =
      !gone.empty() && !working.empty() && gone.front()->asked.address != working.front()->asked.address;
  // Two families are address-family-broken's business.
  bool one_family = told && is_ipv6(gone.front()->asked.address) == is_ipv6(working.front()->asked.address);
  bool wholly = one_family && !any_of(tried, [&](const Connection& conn) {
                  return conn.asked.address == gone.front()->asked.address && tcp_up(conn);
                });
  if (!wholly) return needs(need::name_servers);
  return Found{
      Certainty::possible,
      {{source("tcp", *gone.front()), gone.front()->asked.address + ": " + tcp_words(*gone.front())},
       {source("x224", *working.front()), working.front()->asked.address + " of the same name answers"}},
      false,
      "One of the name's addresses is dead: " + gone.front()->asked.address + "."};
}

}  // namespace

Cause name_answer_stale() {
  return {
      .id = "name-answer-stale",
      .title = "The name leads to an old or wrong address.",
      .stage = Stage::name,
      .machine = Machine::client,
      .explanation =
          "The client's answer for the name is not what the DNS servers say now: an entry in the hosts "
          "file, a cached answer, or several DNS servers (office, VPN, public) that disagree. The address "
          "may be dead, or belong to another machine by now.",
      .tell_apart =
          "Ask each DNS server directly and compare with what the system answers; connect to each address. "
          "If all agree and the address is still wrong, the record itself is old: address-changed.",
      .advice = {"On the client: look for the name in C:\\Windows\\System32\\drivers\\etc\\hosts.",
                 "On the client, PowerShell, the cached answer:   Get-DnsClientCache -Entry HOST",
                 "On the client, PowerShell, what one DNS server says:   Resolve-DnsName HOST -DnsOnly "
                 "-Server DNSSERVER",
                 "On the client, forget cached answers:   ipconfig /flushdns",
                 "On the DNS server: remove the old record and let scavenging remove such records."},
      .article = Article::names_it,
      .article_note =
          "The article's advice to use the address works around this, at the price of Kerberos; flush or "
          "correct the name instead.",
      .fixes = {"flush-name-cache", "connect-by-address"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the old address does not answer"},
                {"disconnect", 0x108, Certainty::possible, "the old address does not answer"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
