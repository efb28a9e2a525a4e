// rdpdoctor explain CODE [EXTENDED] | CAUSE-ID
#include "cli/commands.h"
#include "report/explanation.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::string code;
  std::string extended;
  bool json = false;
};

void explain(const Arguments& a, Context& context) {
  if (const causes::Cause* cause = causes::find_cause(a.code); cause && a.extended.empty() && !a.json) {
    return print(report::cause_page(*cause, context.style()));
  }
  auto explanation = report::explain(a.code, a.extended);
  if (!explanation) return context.fail(explanation.error());
  print(a.json ? report::json(*explanation) + "\n" : report::terminal(*explanation, context.style()));
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd =
      app.add_subcommand("explain", "Say what a code means, what it does not mean, and the causes behind it");
  cmd->add_option("CODE", a->code, "0x904, 2308, 0x904/0x7, a code's name, or a cause id")->required();
  cmd->add_option("EXTENDED", a->extended, "the extended code shown with it, such as 0x7");
  cmd->add_flag("--json", a->json, "one JSON object, schema rdpdoctor.explanation/1");
  cmd->callback([a, &context] { explain(*a, context); });
}

}  // namespace rdpdoctor::cli
