// Judges whether Windows' own firewall admits connections to the port that the listener really has.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/firewall_views.h"
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint16_t usual_port = 3389;

std::vector<const Passage*> those(const std::vector<Passage>& all, Gate gate) {
  std::vector<const Passage*> out;
  for (const Passage& p : all)
    if (p.gate == gate) out.push_back(&p);
  return out;
}

std::string names(const std::vector<const Passage*>& list) {
  std::vector<std::string> out;
  for (const Passage* p : list) out.push_back(p->profile);
  return join(out, ", ");
}

// Profiles with the same cause share a line's source, so each is told once.
std::vector<EvidenceLine> lines_of(const std::vector<const Passage*>& list) {
  std::vector<EvidenceLine> out;
  for (const Passage* p : list) out.push_back(p->line);
  return out;
}

// The same switch that turns Remote Desktop on opens the firewall, so with Remote Desktop off a shut firewall
// is what follows from that.
bool remote_desktop_off(const HostFacts& host) {
  const std::uint32_t* deny = host.remote_desktop.deny_connections.get();
  return deny && *deny != 0;
}

// What another product or a rule that can't be read might change.
void add_doubts(const HostFacts& host, Found& found) {
  const evidence::FirewallFacts& firewall = host.firewall;
  auto doubt = [&](std::string where, std::string what) {
    found.certainty = std::max(found.certainty, Certainty::likely);
    found.evidence.push_back({std::move(where), std::move(what)});
  };
  if (!firewall.products.empty())
    doubt("Security Center", fmt::format("another firewall is registered, {}: its rules are not Windows'",
                                         join(firewall.products, ", ")));
  if (firewall.damaged != 0)
    doubt(firewall.listed.source, count_of(firewall.damaged, "rule") + " can't be read");
  if (remote_desktop_off(host)) {
    doubt(host.remote_desktop.deny_connections.source,
          "Remote Desktop is off, and the switch that turns it on opens its rules too");
    found.certainty = Certainty::possible;  // it follows from the other, which is told first
  }
  if (listener_port(host) != usual_port) {
    found.evidence.push_back(
        {firewall.listed.source, fmt::format("Windows' own rules are for port {}, and the listener has {}",
                                             usual_port, listener_port(host))});
  }
  temper(host, "SYSTEM", found);
}

Verdict shut_everywhere(const HostFacts& host, const std::vector<const Passage*>& shut) {
  Found found{Certainty::proven, lines_of(shut), true,
              fmt::format("The host's firewall admits nobody to port {}.", listener_port(host))};
  add_doubts(host, found);
  return found;
}

// Which profile counts is decided by the network that the host is in; a disk tells the last one.
Verdict shut_in_some(const HostFacts& host, const std::vector<Passage>& all) {
  auto shut = those(all, Gate::shut);
  std::string elsewhere = names(those(all, Gate::open));
  if (std::string some = names(those(all, Gate::limited)); !some.empty())
    elsewhere += (elsewhere.empty() ? "" : ", ") + some;
  const evidence::KnownNetwork* last = last_network(host);
  if (!last) {
    return needs(fmt::format("which network the host is in: the firewall admits port {} in {}, not in {}",
                             listener_port(host), elsewhere, names(shut)));
  }
  bool is_shut = std::ranges::any_of(shut, [&](const Passage* p) { return p->profile == last->category; });
  std::string where = fmt::format("the network that the host was last in is {}", last->category);
  if (!is_shut) {
    return excluded(fmt::format("port {} is admitted in {} ({}), and not in {}", listener_port(host),
                                elsewhere, where, names(shut)));
  }
  Found found{Certainty::likely, lines_of(shut), true,
              fmt::format("The host's firewall admits nobody to port {} in the {} profile.",
                          listener_port(host), last->category)};
  found.evidence.push_back({last->source, where});
  add_doubts(host, found);
  return found;
}

// Only some may connect, which is as it should be on many a host.
Verdict limited(const CaseFile& c, const HostFacts& host, const std::vector<Passage>& all) {
  bool fails_there = failing_stage(c) == Stage::tcp;
  Found found{Certainty::possible, lines_of(those(all, Gate::limited)), fails_there,
              fmt::format("The host's firewall admits only some to port {}.", listener_port(host))};
  found.note = !fails_there;
  return found;
}

// Sessions work without UDP, with less fluency. Windows 7 and Server 2008 R2 have none.
std::optional<Found> no_udp(const HostFacts& host) {
  constexpr std::uint32_t first_with_udp = 9200;
  auto build = build_of(host);
  if (!build || *build < first_with_udp) return std::nullopt;
  std::vector<Passage> udp = passages(host, udp_number);
  auto shut = those(udp, Gate::shut);
  if (udp.empty() || shut.size() != udp.size()) return std::nullopt;
  Found found{Certainty::likely, lines_of(shut), false,
              fmt::format("The host's firewall admits TCP to port {}, and no UDP: sessions do without.",
                          listener_port(host))};
  found.note = true;
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  std::vector<Passage> all = passages(*host, tcp_number);
  if (all.empty()) return needs_inspection();
  if (std::string off = firewall_off(*host); !off.empty()) return excluded(off);
  auto shut = those(all, Gate::shut);
  if (shut.size() == all.size()) return shut_everywhere(*host, shut);
  auto unknown = those(all, Gate::unknown);
  if (!unknown.empty()) return needs_reading(unknown.front()->line.source, unknown.front()->line.text);
  if (!shut.empty()) return shut_in_some(*host, all);
  auto open = those(all, Gate::open);
  if (open.size() != all.size()) return limited(c, *host, all);
  if (auto found = no_udp(*host)) return *found;
  return excluded(fmt::format("port {} is admitted in every profile: {} ({})", listener_port(*host),
                              open.front()->line.text, open.front()->line.source));
}

}  // namespace

Cause firewall_rule_missing() {
  return {
      .id = "firewall-rule-missing",
      .title = "The host's own firewall does not admit connections to its Remote Desktop port.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::firewall,
      .explanation =
          "Windows' firewall drops what no enabled rule admits. Windows' own rules for Remote Desktop are "
          "opened together with it and hold for port 3389 only: a listener that was moved to another port "
          "needs a rule of its own. Rules hold by profile, and a network that Windows takes for public, "
          "after a new adapter or without its domain controller, shuts what is open at home. A rule that "
          "blocks wins over any that allows. A policy can leave the host's own rules out.",
      .tell_apart =
          "From the wire the connection is not answered at all: port-filtered, as with a firewall on the "
          "way. The host's rules decide it. If they admit the port and it is silent all the same, the "
          "packets are dropped before the host, or by another product's filter.",
      .advice =
          {"On the host, PowerShell, which profile counts now:   Get-NetConnectionProfile",
           "On the host, PowerShell, Windows' own rules and what they hold for:   Get-NetFirewallRule -Group "
           "'@FirewallAPI.dll,-28752' | Format-Table Name,Enabled,Profile,Action",
           "On the host, PowerShell as administrator, with the listener on port 3389 (undo: "
           "Disable-NetFirewallRule):   Enable-NetFirewallRule -Group '@FirewallAPI.dll,-28752'",
           "On the host, PowerShell as administrator, another port (undo: Remove-NetFirewallRule):   "
           "New-NetFirewallRule -Name rdp-port -DisplayName 'Remote Desktop (own port)' -Direction Inbound "
           "-Protocol TCP -LocalPort PORT -Service TermService -Action Allow",
           "Where a policy sets the rules or leaves the host's own out: change it there; on the host:   "
           "gpresult /h report.html"},
      .article = Article::names_it,
      .article_note =
          "It has the rule for 3389 enabled again. That helps only while the listener has that port, and not "
          "against a rule that blocks or a policy that ignores the host's own rules.",
      .fixes = {"open-firewall-port"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "nothing answers at the host's port"},
                {"disconnect", 0x108, Certainty::possible, "the connection was not answered in time"}},
      .covers = {"port-filtered"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
