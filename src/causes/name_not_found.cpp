// Judges the name stage: what the system's own resolver said, which is what the client would get.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/name_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::DnsOutcome;
using evidence::NameOutcome;

std::string what_happened(const CaseFile& c) {
  std::string who = "the system's resolver ";
  std::string error =
      c.name.error.empty() ? "" : fmt::format(" ({}, {})", printable(c.name.error), c.name.os_code);
  switch (c.name.outcome) {
    case NameOutcome::not_found:
      return fmt::format("{}knows no address for it{}, {}", who, error, ms_words(c.name.ms));
    case NameOutcome::no_answer:
      return fmt::format("{}got no answer from its name servers{}, {}", who, error, ms_words(c.name.ms));
    case NameOutcome::timed_out: return fmt::format("{}gave no answer in {:.0f} ms", who, c.name.ms);
    default: return fmt::format("{}failed{}, {}", who, error, ms_words(c.name.ms));
  }
}

bool unanswered(NameOutcome o) {
  return o == NameOutcome::no_answer || o == NameOutcome::timed_out;
}

// What each server said; of many in the same words, once.
void add_words(const CaseFile& c, const ServerWords& words, Found& found) {
  for (const ServerWord& word : words) found.evidence.push_back(dns_line(word));
  for (const Connection* conn : filter(told_attempts(c), x224_answered)) {
    found.evidence.push_back({source("x224", *conn), conn->asked.address + " answers RDP"});
    break;
  }
}

std::string search_words(const CaseFile& c) {
  const auto* suffixes = c.name.search_list.get();
  if (c.name.search_list.state == Presence::absent)
    return "the name has no dot, and this machine has no search list to complete it";
  if (!suffixes)
    return "the name has no dot, so a search list, the hosts file or the local network must know it";
  return fmt::format("the name has no dot; the search list completes it by {}",
                     printable(join(*suffixes, ", ")));
}

std::string known_headline(const CaseFile& c, const ServerWords& known) {
  const DnsAnswer& answer = *known[0].answer;
  bool asked_only = std::ranges::all_of(known, [](const ServerWord& word) { return word.answer->asked_for; });
  std::string as =
      equal_ignoring_case(answer.question, c.target.host) ? "" : "as " + printable(answer.question) + " ";
  return fmt::format(
      "{} is known {}to {}, {}.", printable(c.target.host), as, servers_of(known),
      asked_only ? "a server that this machine does not ask" : "but the system does not find it");
}

// Every server of this machine's own was asked and none gave a word; whether each said so itself.
enum class Servers { answer, silent, failing };
Servers own_servers(const ServerWords& words) {
  bool told = true;
  std::size_t n = 0;
  for (const ServerWord& word : words) {
    if (word.answer->asked_for) continue;
    if (word.kind != ServerWord::Kind::fails) return Servers::answer;
    told =
        told && word.answer->outcome != DnsOutcome::timed_out && word.answer->outcome != DnsOutcome::failed;
    ++n;
  }
  return n == 0 ? Servers::answer : told ? Servers::failing : Servers::silent;
}

void weigh_servers(const CaseFile& c, const ServerWords& words, Found& found) {
  ServerWords known = of_kind(words, ServerWord::Kind::tells);
  ServerWords denying = of_kind(words, ServerWord::Kind::denies);
  Servers own = own_servers(words);
  if (!known.empty()) {
    found.headline = known_headline(c, known);
    if (unanswered(c.name.outcome)) found.certainty = Certainty::likely;
  } else if (own != Servers::answer) {
    found.headline = own == Servers::failing ? "None of this machine's DNS servers does its work."
                                             : "None of this machine's DNS servers answers.";
    if (c.name.outcome != NameOutcome::not_found)
      found.certainty = own == Servers::failing ? Certainty::proven : Certainty::likely;
  } else if (!denying.empty() && denying.size() == words.size() && c.name.outcome == NameOutcome::not_found) {
    found.headline = fmt::format("{} does not exist at {}.", printable(c.target.host),
                                 words.size() == 1 ? "the DNS server asked" : "any DNS server asked");
  }
}

Verdict judge(const CaseFile& c) {
  switch (c.name.outcome) {
    case NameOutcome::not_tried: return needs(need::further);
    case NameOutcome::literal: return excluded("an address was given, no name");
    case NameOutcome::resolved: return excluded("the name resolves");
    default: break;
  }
  Found found;
  found.certainty = c.name.outcome == NameOutcome::not_found ? Certainty::proven
                    : unanswered(c.name.outcome)             ? Certainty::possible
                                                             : Certainty::likely;
  found.evidence.push_back({"resolver", what_happened(c)});
  if (c.target.host.find('.') == std::string::npos) found.evidence.push_back({"resolver", search_words(c)});
  if (unanswered(c.name.outcome))
    found.headline = "No name server answered.";
  else if (c.name.outcome != NameOutcome::not_found)
    found.headline = "The name could not be looked up.";
  ServerWords words = server_words(c);
  add_words(c, words, found);
  weigh_servers(c, words, found);
  return found;
}

}  // namespace

Cause name_not_found() {
  return {
      .id = "name-not-found",
      .title = "The name of the host does not resolve.",
      .stage = Stage::name,
      .machine = Machine::client,
      .explanation =
          "This machine asked for the host's name the way any program does (hosts file, DNS, search list) "
          "and got no address, so no packet was ever sent to the host. Common reasons: a typing error, a "
          "short name without its domain on a network whose search list does not add it, a private name "
          "asked of a public DNS server because the VPN is down or its DNS servers are not used, or a "
          "record that was never made or was deleted.",
      .tell_apart =
          "A name that resolves to a wrong or old address fails later, at tcp, and is name-answer-stale or "
          "address-changed. If the full name works and the short one does not, it is the search list; if "
          "one DNS server knows the name and another does not, it is the choice of server.",
      .advice = {"On the client: check the spelling, and try the full name (srv.example.com instead of srv).",
                 "On the client, ask the DNS server that should know it, and try its answer:   rdpdoctor "
                 "diagnose HOST --dns DNSSERVER",
                 "On the client: its DNS servers and search suffixes; connect the VPN if the name is a "
                 "private one:   ipconfig /all",
                 "On the client, if the record was added only just now:   ipconfig /flushdns",
                 "On the DNS server: add the missing A or AAAA record."},
      .article = Article::names_it,
      .article_note =
          "The article has the address used instead of the name. That gets past DNS, but it also makes the "
          "client use NTLM instead of Kerberos; repair the name.",
      .fixes = {"flush-name-cache", "connect-by-address"},
      .codes = {{"disconnect", 0x104, Certainty::likely, "the client could not look up the name"},
                {"disconnect", 0x208, Certainty::likely, "the client found no such host"},
                {"disconnect", 0x508, Certainty::likely, "the client could not look up the name"},
                {"disconnect", 0x604, Certainty::likely, "the client could not look up the name"},
                {"winsock", 11001, Certainty::likely, "the resolver knows no such host"},
                {"winsock", 11002, Certainty::possible, "the name servers did not answer"},
                {"winsock", 11004, Certainty::possible, "the name exists without an address"},
                {"freerdp", 0x20004, Certainty::likely, "the client could not look up the name"},
                {"freerdp", 0x20005, Certainty::likely, "the client found no such host"}},
      .signs = {{"mstsc-name-not-found", Certainty::likely, "the client found no address for the name"},
                {"name-lookup-failed", Certainty::likely, "the name was not resolved"},
                {"mstsc-invalid-name", Certainty::possible, "the name as typed is not valid"},
                {"gateway-host-behind", Certainty::possible, "the gateway may not resolve the host's name"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
