// rdpdoctor lab --fault ID … [--port P]: the fault server, on loopback unless told otherwise.
#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "fmt/core.h"
#include "lab/lab.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::vector<std::string> faults;
  bool all = false;
  int port = 0;
  std::string bind = "127.0.0.1";
};

Result<std::vector<const lab::Fault*>> chosen(const Arguments& a) {
  std::vector<const lab::Fault*> out;
  for (const auto& id : a.faults) {
    const lab::Fault* fault = lab::find_fault(id);
    if (!fault) {
      return std::unexpected(Error{"no fault is called '" + printable(id, 80) + "'", ErrorKind::usage, 0,
                                   "an id of rdpdoctor list faults"});
    }
    out.push_back(fault);
  }
  if (a.all) {
    for (const auto& fault : lab::all_faults()) out.push_back(&fault);
  }
  if (out.empty())
    return std::unexpected(Error{"no fault to act out", ErrorKind::usage, 0, "--fault ID or --all"});
  if (a.port + static_cast<int>(out.size()) - 1 > 65535) {
    return std::unexpected(Error{"the ports do not fit below 65536", ErrorKind::usage, 0, "a lower --port"});
  }
  return out;
}

void run_lab(const Arguments& a, Context& context) {
  auto faults = chosen(a);
  if (!faults) return context.fail(faults.error());
  net::Reactor reactor;
  lab::Lab lab(reactor);
  int port = a.port;
  for (const lab::Fault* fault : *faults) {
    auto got = lab.serve(*fault, a.bind, static_cast<std::uint16_t>(port));
    if (!got) return context.fail(got.error());
    print(fmt::format("{}:{}  {}  expects {}\n", a.bind, *got, fault->id,
                      fault->expects.empty() ? "healthy" : fault->expects));
    if (port != 0) ++port;
  }
  std::fflush(stdout);
  reactor.on_interrupt([&] { reactor.stop(); });
  reactor.run();
}

}  // namespace

void add_lab(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "lab", "Act out faults as a server, for tests, training and the demo; ends with Ctrl-C");
  cmd->add_option("--fault", a->faults, "fault to act out, see list faults; may be repeated: one port each")
      ->type_name("ID");
  cmd->add_flag("--all", a->all, "every fault, one port each");
  cmd->add_option("--port", a->port, "port of the first fault, the others follow; 0: any free ones (default)")
      ->check(CLI::Range(0, 65535))
      ->type_name("P");
  cmd->add_option("--bind", a->bind, "address to listen at (default 127.0.0.1)")->type_name("ADDRESS");
  cmd->callback([a, &context] { run_lab(*a, context); });
}

}  // namespace rdpdoctor::cli
