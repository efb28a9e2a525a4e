// "RDP-Tcp on port 3389, security layer 2, NLA 1; beside it ICA-Tcp".
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {
namespace {

using evidence::ListenerFacts;

bool has_hole(const ListenerFacts& l) {
  auto hole = [](const auto& fact) { return fact.is.state == Presence::unreadable; };
  return hole(l.exists) || hole(l.enabled) || hole(l.port) || hole(l.security_layer) ||
         hole(l.user_authentication) || hole(l.max_instances) || hole(l.adapter) || hole(l.protocol_object);
}

std::string listener_words(const ListenerFacts& l) {
  if (l.exists.is.state == Presence::absent) return "there is no " + l.name;
  bool off = l.enabled.get() && *l.enabled.get() == 0;
  std::string out = fmt::format("{}{} on port {}, SecurityLayer {}, UserAuthentication {}", l.name,
                                off ? " is switched off," : "", fact_words(l.port),
                                fact_words(l.security_layer), fact_words(l.user_authentication));
  if (l.security_layer.by_policy || l.user_authentication.by_policy) out += " by policy";
  if (const std::uint32_t* adapter = l.adapter.get(); adapter && *adapter != 0)
    out += fmt::format(", bound to adapter {}", *adapter);
  return out;
}

}  // namespace

StageLine listener_line(const evidence::HostFacts& h) {
  StageLine line{.outcome = Outcome::skipped, .summary = "not looked at", .topic = evidence::Topic::listener};
  if (h.listeners.empty()) return line;
  const ListenerFacts& rdp = h.listeners.front();
  line.summary = listener_words(rdp);
  std::vector<std::string> others;
  for (const ListenerFacts& l : h.listeners)
    if (&l != &rdp) others.push_back(printable(l.name, 40));
  if (!others.empty()) line.summary += "; beside it " + join(others, ", ");
  line.outcome = has_hole(rdp) ? Outcome::skipped : Outcome::passed;
  return line;
}

}  // namespace rdpdoctor::report
