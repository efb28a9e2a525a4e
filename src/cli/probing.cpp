#include "cli/probing.h"

#include "cli/progress.h"
#include "host/live/live.h"
#include "host/live/system_tls.h"

namespace rdpdoctor::cli {
namespace {

bool our_side_stopped_it(const evidence::CaseFile& c) {
  using evidence::TcpOutcome;
  if (c.connections.empty()) return false;
  for (const auto& conn : c.connections) {
    if (conn.tcp.outcome != TcpOutcome::no_route && conn.tcp.outcome != TcpOutcome::not_permitted)
      return false;
  }
  return true;
}

}  // namespace

evidence::CaseFile probe_from_here(probe::Options options, const Context& context, bool is_the_client) {
  Progress progress(context.console.err_is_terminal);
  if (is_the_client && host::is_windows()) options.system_tls = host::system_tls;
  options.progress = [&](const evidence::CaseFile& c) { progress.show(c); };
  net::Reactor reactor;
  evidence::CaseFile c = probe::run(reactor, options);
  progress.clear();
  return c;
}

int status_of_probed(const report::Report& r) {
  return our_side_stopped_it(r.evidence) && !r.evidence.run.interrupted ? exit_unknown : status_of(r);
}

}  // namespace rdpdoctor::cli
