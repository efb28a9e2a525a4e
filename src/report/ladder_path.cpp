#include "report/ladder_path.h"

#include <algorithm>

#include "causes/engine/path_views.h"
#include "causes/engine/tcp_views.h"
#include "causes/engine/udp_views.h"
#include "fmt/core.h"
#include "report/sources.h"

namespace rdpdoctor::report {
namespace {

using evidence::CaseFile;
using evidence::Stage;
using evidence::UdpExchange;
using evidence::UdpOutcome;

std::size_t count(const CaseFile& c, UdpOutcome outcome) {
  return static_cast<std::size_t>(
      std::ranges::count_if(c.udp, [&](const UdpExchange& u) { return u.outcome == outcome; }));
}

const UdpExchange* first(const CaseFile& c, UdpOutcome outcome) {
  auto at = std::ranges::find_if(c.udp, [&](const UdpExchange& u) { return u.outcome == outcome; });
  return at == c.udp.end() ? nullptr : &*at;
}

std::string told_by(const UdpExchange& u) {
  const auto* icmp = u.icmp.get();
  return icmp && !icmp->from.empty() && icmp->from != u.address ? ", told by " + icmp->from : "";
}

}  // namespace

StageLine udp_line(const CaseFile& c) {
  StageLine line{Stage::udp, Outcome::skipped, "not reached", 0};
  if (c.udp.empty()) {
    if (from_files(c))
      line.summary = "no UDP to the host in these files";
    else if (causes::any_of(causes::finished(c), causes::x224_answered))
      line.summary = "not tried";
    return line;
  }
  const auto& last = *std::ranges::max_element(c.udp, {}, [](const UdpExchange& u) { return u.ms; });
  line.ms = last.ms;
  if (const UdpExchange* answer = first(c, UdpOutcome::answered)) {
    // Small datagrams and the newest version are experiments that a healthy host may leave unanswered.
    auto whole = causes::filter(causes::udp_tried(c), causes::udp_whole);
    auto answered = causes::filter(whole, causes::udp_answered);
    line.outcome = Outcome::passed;
    line.summary = fmt::format("host answers RDPEUDP, {} of {} datagrams, {}", answered.size(), whole.size(),
                               causes::ms_words(answer->ms));
    if (answered.empty()) line.summary = "host answers small RDPEUDP datagrams only";
    return line;
  }
  if (const UdpExchange* no = first(c, UdpOutcome::refused))
    line.summary = "the host's UDP port is closed: sessions stay on TCP" + told_by(*no);
  else if (const UdpExchange* prohibited = first(c, UdpOutcome::prohibited))
    line.summary = "a firewall refuses UDP: sessions stay on TCP" + told_by(*prohibited);
  else if (count(c, UdpOutcome::silent) != 0)
    line.summary = fmt::format("no answer to {} datagrams: sessions stay on TCP", c.udp.size());
  else if (count(c, UdpOutcome::waiting) == c.udp.size())
    line.summary = "not known";
  else
    line.summary = "could not be asked";
  return line;
}

namespace {

std::string loss_words(const causes::Loss& l) {
  if (l.segments == 0 && l.echoes_sent == 0) return "";
  std::string out;
  if (l.segments != 0 && l.repeats != 0)
    out += fmt::format(", {} of {} segments sent again", l.repeats, l.segments);
  if (l.echoes_lost != 0) out += fmt::format(", {} of {} pings lost", l.echoes_lost, l.echoes_sent);
  return out.empty() ? ", nothing lost" : out;
}

std::string burst_words(const evidence::Burst& burst) {
  std::size_t together = 0, answered = 0;
  for (const auto& k : burst.connections) {
    if (k.phase != "together") continue;
    ++together;
    answered += k.fate == evidence::BurstFate::answered ? 1 : 0;
  }
  return together == 0 ? "" : fmt::format(", of {} connections at once {} answered", together, answered);
}

std::string size_words(const causes::PathSummary& p) {
  if (p.limit && p.limit->vanishes != 0)
    return fmt::format(", packets of {} bytes pass, of {} vanish", p.limit->passes, p.limit->vanishes);
  if (p.limit) return fmt::format(", packets of {} bytes pass, larger ones vanish", p.limit->passes);
  return p.mtu ? fmt::format(", MTU {}", *p.mtu) : "";
}

}  // namespace

StageLine path_line(const CaseFile& c) {
  StageLine line{Stage::path, Outcome::skipped, "not reached", 0};
  causes::PathSummary p = causes::path_summary(c);
  if (!p.rtt && from_files(c)) line.summary = "no round trip in these files";
  if (!p.rtt) return line;
  line.ms = p.rtt->least_ms;
  line.outcome = p.limit ? Outcome::failed : Outcome::passed;
  line.summary = "round trip " + causes::ms_words(p.rtt->least_ms);
  if (p.rtt->median_ms > 2 * p.rtt->least_ms + 20)
    line.summary += fmt::format(" (mostly {})", causes::ms_words(p.rtt->median_ms));
  line.summary += loss_words(p.loss) + size_words(p);
  line.summary += burst_words(c.burst);
  if (p.speed.down) line.summary += ", " + causes::speed_words(*p.speed.down) + " from the host";
  if (p.speed.up) line.summary += ", " + causes::speed_words(*p.speed.up) + " to it";
  return line;
}

}  // namespace rdpdoctor::report
