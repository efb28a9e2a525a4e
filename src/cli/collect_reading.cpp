#include "cli/collect_reading.h"

#include "analyze/event_interest.h"
#include "fixes/engine/fix.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_users = 20;

collect::EventWish events_of_interest() {
  return {.kind = [](std::string_view provider,
                     std::uint32_t id) { return analyze::is_of_interest(provider, id); },
          .record = [](const formats::EventRecord& record) { return analyze::is_of_interest(record); }};
}

// What a fix may be told on the machine where the collection is read, as far as it decides what is asked.
std::vector<fixes::Options> wishes(host::Host& host, const BothEnds& ends) {
  fixes::Options all;
  all.accept_risk = true;
  all.server = ends.as_client.target.host;
  all.mtu = 1400;
  all.port = ends.as_client.target.port;
  std::vector<fixes::Options> out{{}, all};
  const auto add_user = [&](const std::string& sid) {
    if (most_users < out.size()) return;
    out.push_back(all);
    out.back().user = sid;
  };
  if (const auto user = host.user(); user.get()) add_user(user.value);
  if (!ends.as_host.host) return out;
  for (const auto& user : ends.as_host.host->profiles.users) add_user(user.sid);
  if (const auto* adapters = ends.as_host.host->network.adapters.get())
    for (const auto& adapter : *adapters) {
      if (2 * most_users < out.size()) break;
      out.push_back(all);
      out.back().interface = adapter.id;
    }
  return out;
}

// On a machine that runs and on its disk a fix asks for different things: a script is made for the first.
void plan_all(host::Host& host, const BothEnds& ends, const inspect::Tick& tick) {
  const std::vector<fixes::Options> options = wishes(host, ends);
  for (const fixes::Fix& fix : fixes::all_fixes()) {
    if (tick && !tick("repairs")) return;
    const bool of_host = fix.side == fixes::Side::host;
    const evidence::CaseFile* evidence = of_host ? &ends.as_host : &ends.as_client;
    for (const fixes::Options& one : options)
      for (const bool for_script : {false, true})
        static_cast<void>(fixes::plan(
            fix, {.host = &host, .evidence = evidence, .options = one, .for_script = for_script}));
  }
}

}  // namespace

BothEnds read_all_of(host::Host& machine, Instant now, const evidence::CaseFile& about,
                     collect::Records& records, const inspect::Tick& tick) {
  const auto host = collect::recording(machine, records, events_of_interest());
  bool going = true;
  const auto go_on = [&](std::string_view doing) {
    going = going && (!tick || tick(doing));
    return going;
  };
  BothEnds out;
  out.as_host.complaint = out.as_client.complaint = about.complaint;
  out.as_client.target = about.target;
  inspect::inspect(*host, now, out.as_host, go_on);
  if (going) inspect::inspect_client(*host, now, out.as_client, go_on);
  if (going) plan_all(*host, out, go_on);
  static_cast<void>(host->hives());
  return out;
}

}  // namespace rdpdoctor::cli
