// rdpdoctor demo: the lab acts out the 0x904 fault on loopback, and diagnose finds it.
#include "cli/commands.h"
#include "fmt/core.h"
#include "lab/lab.h"
#include "probe/run.h"

namespace rdpdoctor::cli {
namespace {

void demo(Context& context) {
  net::Reactor reactor;
  lab::Lab lab(reactor);
  auto port = lab.serve(*lab::find_fault("key-unusable-reset"), "127.0.0.1", 0);
  if (!port) return context.fail(port.error());
  print("The lab acts out a host whose certificate key is unusable; a client shows 0x904, extended 0x7.\n\n");
  print(fmt::format("$ rdpdoctor diagnose 127.0.0.1:{} --code 0x904/0x7\n", *port));
  probe::Options options;
  options.target = {.asked = fmt::format("127.0.0.1:{}", *port),
                    .host = "127.0.0.1",
                    .port = *port,
                    .is_address = true,
                    .addresses = {}};
  options.complaint = evidence::Complaint{0x904, 0x7};
  print(report::terminal(report::make_report(probe::run(reactor, options)), context.style()));
}

}  // namespace

void add_demo(CLI::App& app, Context& context) {
  app.add_subcommand("demo", "See it work: a fault on loopback, and its diagnosis")->callback([&context] {
    demo(context);
  });
}

}  // namespace rdpdoctor::cli
