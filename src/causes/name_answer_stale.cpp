// Judges whether the name leads this machine to an address that is no longer right: what the system answers
// beside what each DNS server says, and which of those addresses answer.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/control_views.h"
#include "causes/engine/name_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool dead(const Connection& c) {
  return syn_unanswered(c) || unreachable(c);
}

struct Scene {
  ServerWords same;     // servers that give the system's answer
  ServerWords others;   // servers that give none of its addresses
  ServerWords denying;  // servers that know no address
  Connections own;      // attempts at the system's addresses
  Connections works;    // attempts at the others' addresses, RDP answered
  Connections fails;    // and those that failed
  Identity who;         // that answers at the system's address
  bool own_fails = false;
  bool own_is_another = false;
};

Scene scene_of(const CaseFile& c) {
  Scene s;
  ServerWords words = server_words(c);
  s.same = agreeing(c, words);
  s.others = differing(c, words);
  s.denying = of_kind(words, ServerWord::Kind::denies);
  s.own = own_attempts(c);
  auto told = [&](const Connection& conn) {
    return std::ranges::any_of(s.others, [&](const ServerWord& word) {
      return std::ranges::count(word.answer->addresses, conn.asked.address) != 0;
    });
  };
  Connections elsewhere = filter(told_attempts(c), told);
  s.works = filter(elsewhere, x224_answered);
  s.fails = filter(elsewhere, [](auto& conn) { return !x224_answered(conn); });
  s.who = identity_of(s.own);
  s.own_fails = !s.own.empty() && !any_of(s.own, x224_answered);
  s.own_is_another = any_of(s.own, x224_answered) && whose(c, s.who) == Whose::another;
  return s;
}

std::string fate_words(const Connection& conn) {
  return tcp_up(conn) ? "it accepts, then " + x224_ending_words(conn) : tcp_words(conn);
}

std::string system_words(const CaseFile& c) {
  return fmt::format("the system's answer is {}{}", join(c.target.addresses, ", "),
                     from_hosts_file(c) ? " (" + hosts_words(c) + ")" : "");
}

std::vector<EvidenceLine> evidence_of(const CaseFile& c, const Scene& s) {
  std::vector<EvidenceLine> lines{{from_hosts_file(c) ? "hosts file" : "resolver", system_words(c)}};
  for (const ServerWord& word : s.others) lines.push_back(dns_line(word));
  for (const ServerWord& word : s.same) lines.push_back(dns_line(word));
  if (s.own_fails) {
    Connections one{s.own.front()};
    lines.push_back({source(tcp_up(*one[0]) ? "x224" : "tcp", *one[0]),
                     one[0]->asked.address + ": " + fate_words(*one[0])});
  } else if (!s.who.where.empty()) {
    lines.push_back({source("nla", *s.who.where[0]), "the machine there calls itself " + s.who.words()});
  }
  if (!s.works.empty())
    lines.push_back({source("x224", *s.works[0]), s.works[0]->asked.address + " answers RDP"});
  else if (!s.fails.empty())
    lines.push_back({source("tcp", *s.fails[0]), s.fails[0]->asked.address + ": " + fate_words(*s.fails[0])});
  return lines;
}

// "hosts file (line 12)".
std::string hosts_subject(const CaseFile& c) {
  const auto& lines = c.name.hosts_lines;
  if (lines.empty()) return "hosts file";
  return fmt::format("hosts file (line{} {})", lines.size() == 1 ? "" : "s", join(lines, ", "));
}

std::string headline_of(const CaseFile& c, const Scene& s) {
  std::string told = s.works.empty() ? join(s.others[0].answer->addresses, ", ") : s.works[0]->asked.address;
  std::string is = s.works.empty() ? "" : ", which answers";
  if (from_hosts_file(c))
    return fmt::format("The {} gives {}, but DNS says {}{}.", hosts_subject(c),
                       join(c.target.addresses, ", "), told, is);
  if (!s.same.empty())
    return fmt::format("The DNS servers disagree: {} gives {}, {} gives {}{}.", servers_of(s.same),
                       join(c.target.addresses, ", "), servers_of(s.others), told, is);
  return fmt::format("The system uses {}, but DNS says {}{}.", join(c.target.addresses, ", "), told, is);
}

// Others tell another address than the one that the system uses and that is no good.
std::optional<Found> contradicted(const CaseFile& c, const Scene& s) {
  if (s.others.empty() || !(s.own_fails || s.own_is_another)) return std::nullopt;
  Found found;
  found.evidence = evidence_of(c, s);
  found.headline = headline_of(c, s);
  if (s.own_fails) {
    found.certainty = !s.works.empty() ? Certainty::proven
                      : s.same.empty() ? Certainty::likely
                                       : Certainty::possible;
    return found;
  }
  Identity there = identity_of(s.works);
  if (same_machine(there, s.who)) return std::nullopt;  // one machine, two addresses
  bool right = whose(c, there) == Whose::asked_one;
  found.certainty = right ? Certainty::proven : Certainty::possible;
  found.explains = right;
  return found;
}

// Nothing at all answers at an address that only the hosts file gives.
std::optional<Found> pinned(const CaseFile& c, const Scene& s) {
  bool only_there = from_hosts_file(c) && s.same.empty() && s.others.empty();
  if (!only_there || !all_of(s.own, dead) || signs_of_life(c).any()) return std::nullopt;
  Found found;
  found.evidence = evidence_of(c, s);
  for (const ServerWord& word : s.denying) found.evidence.push_back(dns_line(word));
  found.headline =
      fmt::format("Only the {} gives this address, and nothing answers there.", hosts_subject(c));
  return found;
}

// One of several addresses is dead. Two families are address-family-broken's business.
std::optional<Found> one_of_several(const CaseFile& /*c*/, const Scene& s) {
  Connections gone = filter(s.own, dead);
  Connections working = filter(s.own, x224_answered);
  if (gone.empty() || working.empty()) return std::nullopt;
  const std::string& address = gone.front()->asked.address;
  bool one_family = is_ipv6(address) == is_ipv6(working.front()->asked.address);
  bool at_times = any_of(s.own, [&](auto& conn) { return conn.asked.address == address && tcp_up(conn); });
  if (address == working.front()->asked.address || !one_family || at_times) return std::nullopt;
  bool told = std::ranges::any_of(s.same, [&](const ServerWord& word) {
    return std::ranges::count(word.answer->addresses, address) != 0;
  });
  Found found{
      Certainty::possible,
      {{source("tcp", *gone.front()), address + ": " + tcp_words(*gone.front())},
       {source("x224", *working.front()), working.front()->asked.address + " of the same name answers"}},
      false,
      "One of the name's addresses is dead: " + address + "."};
  if (told || s.same.empty()) return found;
  found.certainty = Certainty::likely;
  found.evidence.push_back({"dns", s.same[0].answer->server + " does not give " + address});
  return found;
}

Verdict judge(const CaseFile& c) {
  if (c.target.is_address) return excluded("an address was given, no name");
  if (gives_nothing(c)) return excluded("the name gives no address at all");
  Scene s = scene_of(c);
  for (auto look : {contradicted, pinned, one_of_several}) {
    if (auto found = look(c, s)) return *found;
  }
  bool answers = any_of(s.own, x224_answered);
  if (!s.others.empty() && answers)
    return excluded(
        fmt::format("RDP answers at the system's address, though {} tells another", servers_of(s.others)));
  if (!s.same.empty()) return excluded(servers_of(s.same) + " says the same as the system");
  if (!s.denying.empty() && answers) return excluded("RDP answers at the address, which DNS does not know");
  return needs(need::name_servers);
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
      .advice =
          {"On the client: correct or remove the name's line in C:\\Windows\\System32\\drivers\\etc\\hosts "
           "(Linux: /etc/hosts).",
           "On the client, PowerShell, the cached answer:   Get-DnsClientCache -Entry HOST",
           "On the client, what another DNS server says, and whether that address works:   rdpdoctor "
           "diagnose HOST --dns DNSSERVER",
           "On the client, forget cached answers:   ipconfig /flushdns",
           "On the DNS server: remove the old record and let scavenging remove such records."},
      .article = Article::names_it,
      .article_note =
          "The article's advice to use the address works around this, at the price of Kerberos; flush or "
          "correct the name instead.",
      .fixes = {"flush-name-cache", "connect-by-address"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "the old address does not answer"},
                {"disconnect", 0x108, Certainty::possible, "the old address does not answer"}},
      .covers = {"address-changed"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
