// rdpdoctor inspect [--image DIR | --bundle FILE]
#include <cstdio>

#include "base/text.h"
#include "cli/collection_case.h"
#include "cli/commands.h"
#include "cli/complaint.h"
#include "cli/machine.h"
#include "host/live/live.h"
#include "report/redact.h"
#include "report/several.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::string image;
  std::string bundle;
  std::string code;
  bool redact = false;
  bool json = false;
  bool verbose = false;
};

Result<std::unique_ptr<host::Host>> open(const Arguments& a) {
  if (!a.image.empty()) return open_image_at(a.image);
  if (!a.bundle.empty()) return open_bundle_at(a.bundle);
  return host::open_live_host();
}

void judge(evidence::CaseFile c, const Arguments& a, Context& context) {
  if (a.redact) report::Redactor().redact(c);
  report::Report r = report::make_report(std::move(c));
  print(a.json ? report::json(r) + "\n" : report::terminal(r, context.style(a.verbose)));
  context.status = status_of(r);
}

void inspect(const Arguments& a, Context& context) {
  evidence::CaseFile c;
  if (!a.code.empty()) {
    auto complaint = complaint_from(a.code);
    if (!complaint) return context.fail(complaint.error());
    c.complaint = *complaint;
  }
  auto host = open(a);
  if (auto only = host || a.bundle.empty() ? std::nullopt : case_alone(a.bundle)) {
    if (c.complaint) only->complaint = c.complaint;
    return judge(std::move(*only), a, context);
  }
  if (!host) {
    context.fail(host.error());
    const bool was_given = !a.image.empty() || !a.bundle.empty() || host::is_windows();
    if (was_given) context.status = exit_unknown;  // whatever is wrong with it: nothing could be found out
    return;
  }
  if (!a.bundle.empty() && case_of_client(a.bundle))
    std::fprintf(stderr,
                 "rdpdoctor: %s was collected of a client, which is inspected as a host here; rdpdoctor "
                 "analyze tells why it can't connect\n",
                 printable(a.bundle).c_str());
  static_cast<void>(inspect_machine(**host, c, context));
  report::make_printable(c);
  judge(std::move(c), a, context);
}
}  // namespace

void add_inspect(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "inspect", "Find out on this Windows machine, from a disk or a bundle, what stops Remote Desktop");
  auto* image =
      cmd->add_option("--image", a->image,
                      "a mounted Windows volume (ntfs-3g shows the access lists too), or a folder or "
                      "zip with Windows/System32/config in it; nothing is written to it")
          ->type_name("DIR");
  cmd->add_option("--bundle", a->bundle,
                  "what was collected of a machine: registry exports, event logs, listings; folder or zip")
      ->excludes(image)
      ->type_name("FILE");
  cmd->add_option("--code", a->code, "what the client showed, such as 0x904/0x7: used as evidence")
      ->type_name("CODE[/EXT]");
  cmd->add_flag(
      "--redact", a->redact,
      "replace names, addresses, users and everything else that identifies, in all that is printed");
  cmd->add_flag("--json", a->json, "one JSON object, schema rdpdoctor.diagnosis/1");
  cmd->add_flag("--verbose", a->verbose, "every event, all that was excluded and not told");
  cmd->callback([a, &context] { inspect(*a, context); });
}

}  // namespace rdpdoctor::cli
