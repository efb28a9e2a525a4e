// rdpdoctor inspect --image DIR | --bundle FILE
#include "cli/commands.h"
#include "cli/complaint.h"
#include "cli/machine.h"
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

Error nothing_given() {
  return {"inspect: reading the running machine is not built yet", ErrorKind::usage, 0,
          "--image DIR (a mounted Windows volume) or --bundle FILE (what was collected of one)"};
}

void inspect(const Arguments& a, Context& context) {
  if (a.image.empty() && a.bundle.empty()) return context.fail(nothing_given());
  evidence::CaseFile c;
  if (!a.code.empty()) {
    auto complaint = complaint_from(a.code);
    if (!complaint) return context.fail(complaint.error());
    c.complaint = *complaint;
  }
  auto host = a.image.empty() ? open_bundle_at(a.bundle) : open_image_at(a.image);
  if (!host) {
    context.fail(host.error());
    context.status = exit_unknown;  // whatever is wrong with it: nothing could be found out
    return;
  }
  static_cast<void>(inspect_machine(**host, c, context));
  report::make_printable(c);
  if (a.redact) report::Redactor().redact(c);
  report::Report r = report::make_report(std::move(c));
  print(a.json ? report::json(r) + "\n" : report::terminal(r, context.style(a.verbose)));
  context.status = status_of(r);
}

}  // namespace

void add_inspect(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "inspect",
      "Find out on the Windows machine itself, from its disk or a bundle, what stops Remote Desktop");
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
