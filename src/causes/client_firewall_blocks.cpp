// Judges what this machine's own firewall does with connections to the target: connects that it forbade,
// packets that it dropped, rules that stop Remote Desktop's client alone.
#include <algorithm>

#include "causes/engine/client_firewall.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool forbidden_here(const Connection& c) {
  return c.tcp.outcome == evidence::TcpOutcome::not_permitted;
}

// A firewall here leaves the connect without an answer, or forbids it; what the network answers came from
// there.
bool may_be_stopped_here(const Connection& c) {
  using evidence::TcpOutcome;
  return c.tcp.outcome == TcpOutcome::timed_out || c.tcp.outcome == TcpOutcome::failed || forbidden_here(c);
}

// A rule for Remote Desktop's client lets it out of a profile that blocks by default, which holds this
// program.
bool holds_this_program_only(const CaseFile& c, const ClientFacts& client) {
  const bool by_default = std::ranges::any_of(client.default_outbound, [](const evidence::NumberFact& fact) {
    return fact.get() && *fact.get() != 0;
  });
  const evidence::FirewallRule* rule = client_let_out(c, client);
  return by_default && rule && !rule->program.empty() && outbound_blocks(c, client).empty();
}

Verdict forbidden(const CaseFile& c, const Connections& tried) {
  Found found{tried.size() > 1 ? Certainty::proven : Certainty::likely,
              {{source("tcp", tried),
                fmt::format("{}, {}", tcp_words(*tried.front()), share(tried.size(), tried.size()))}},
              true,
              "A firewall or policy on this machine forbids the connection."};
  const ClientFacts* client = client_of(c);
  if (!client) return found;
  if (holds_this_program_only(c, *client))
    return needs("a connection by Remote Desktop's client: a rule lets that out, and this program has none");
  for (OutboundBlock& block : outbound_blocks(c, *client)) found.evidence.push_back(std::move(block.line));
  return found;
}

// Drops by another maker's filter are that product's: client-security-software.
std::vector<const FilterDropFacts*> drops_to_target(const CaseFile& c, const ClientFacts& client) {
  std::vector<const FilterDropFacts*> out;
  for (const FilterDropFacts& drop : client.drops.value)
    if (is_of_target(c, drop) && !product_of(client, drop)) out.push_back(&drop);
  return out;
}

// Packets that were dropped while the probe failed are what it failed of; older ones, and those of the client
// alone, were another attempt's.
std::optional<Found> dropped(const CaseFile& c, const ClientFacts& client) {
  constexpr std::int64_t lately_ms = 3'600'000;
  const Connections tried = tcp_tried_main(c);
  const bool passes = any_of(tried, tcp_up) && !cut_without_a_word(c);
  std::optional<Found> best;
  for (const FilterDropFacts* drop : drops_to_target(c, client)) {
    const bool of_client = is_remote_desktop_client(drop->program);
    const bool proven = !passes && !of_client && during_the_probe(c, *drop);
    const bool lately = client.read_at.ms - drop->at.ms <= lately_ms;
    if (!proven && !(lately && (of_client || !passes))) continue;
    const Certainty certainty = proven ? Certainty::proven : Certainty::likely;
    if (best && best->certainty <= certainty) continue;
    best = Found{certainty,
                 {{"Windows' filtering platform", drop_words(*drop)}},
                 true,
                 of_client ? "The client's own firewall drops what Remote Desktop's client sends."
                           : "The client's own firewall drops what goes to the host."};
  }
  return best;
}

std::optional<Found> blocked_by_rule(const CaseFile& c, const ClientFacts& client) {
  const Connections tried = tcp_tried_main(c);
  const bool passes = any_of(tried, tcp_up);
  const bool stopped_elsewhere = !tried.empty() && !passes && !any_of(tried, may_be_stopped_here);
  for (OutboundBlock& block : outbound_blocks(c, client)) {
    if (passes && !block.of_program) continue;  // this machine's connections get through it
    Found found{block.limited ? Certainty::possible : Certainty::likely,
                {std::move(block.line)},
                !stopped_elsewhere,
                block.of_program ? "A rule of the client's firewall blocks Remote Desktop's client." : ""};
    if (passes)
      found.evidence.push_back(
          {source("tcp", tried), "this program connects: the rule is for Remote Desktop's client alone"});
    if (stopped_elsewhere)
      found.evidence.push_back(
          {source("tcp", tried), "but here it ends otherwise: " + tcp_words(*tried.front())});
    return found;
  }
  return std::nullopt;
}

void add_lines(Found& to, std::optional<Found> from) {
  if (!from) return;
  for (EvidenceLine& line : from->evidence) to.evidence.push_back(std::move(line));
}

Verdict judge(const CaseFile& c) {
  const Connections tried = tcp_tried_main(c);
  const ClientFacts* client = client_of(c);
  if (all_of(tried, forbidden_here)) return forbidden(c, tried);
  if (!client) return needs_client_look();
  std::optional<Found> drop = dropped(c, *client);
  std::optional<Found> rule = blocked_by_rule(c, *client);
  if (drop) {
    add_lines(*drop, std::move(rule));
    return *drop;
  }
  if (rule) return *rule;
  if (auto unread = outbound_unread(*client)) return *unread;
  return excluded(fmt::format(
      "no rule that is on blocks TCP port {} or Remote Desktop's client, and no such packet was dropped",
      c.target.port));
}

}  // namespace

Cause client_firewall_blocks() {
  return {
      .id = "client-firewall-blocks",
      .title = "A firewall on the client forbids the connection.",
      .stage = Stage::tcp,
      .machine = Machine::client,
      .explanation =
          "An outbound rule of the client's firewall, for the program mstsc.exe, for the port or for "
          "everything, stops the connection before a packet leaves, or drops the stream in the middle.",
      .tell_apart =
          "Other programs on the client reach the port and mstsc does not: a rule for the program. The "
          "firewall's own log (pfirewall.log, or Security event 5157) names the drop; silence from the "
          "network is port-filtered.",
      .advice = {"On the client, PowerShell, the rules that block:   Get-NetFirewallRule -Direction Outbound "
                 "-Action Block -Enabled True | Select-Object DisplayName,Profile",
                 "On the client, as administrator, record drops as Security event 5157 (off again: "
                 "/failure:disable):   auditpol /set /subcategory:\"Filtering Platform Connection\" "
                 "/failure:enable",
                 "On the client: narrow that one rule. An allowing rule beside it does not beat it; don't "
                 "turn the firewall off."},
      .article = Article::names_it,
      .article_note =
          "It wants \"rdp.exe\" allowed. No such program is part of Windows: the client is mstsc.exe (or "
          "msrdc.exe, or the Windows App).",
      .fixes = {"allow-mstsc-through-firewall"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "a rule that drops the stream ends the client's connection"},
                {"extended", 0x7, Certainty::possible,
                 "a rule that drops the stream cuts the connection early"},
                {"disconnect", 0x204, Certainty::possible, "the connect was forbidden on the client"},
                {"winsock", 10013, Certainty::likely, "the client's own policy forbids it"}},
      .covers = {"port-filtered"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
