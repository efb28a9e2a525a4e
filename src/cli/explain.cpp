// rdpdoctor explain CODE [EXTENDED] | CAUSE-ID | --text WORDS | -
#include "analyze/text.h"
#include "base/text.h"
#include "cli/commands.h"
#include "codes/signs.h"
#include "fmt/core.h"
#include "host/live/files.h"
#include "report/explanation.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::string code;
  std::string extended;
  std::string text;
  bool json = false;
};

void show(const report::Explanation& explanation, const Arguments& a, Context& context) {
  print(a.json ? report::json(explanation) + "\n" : report::terminal(explanation, context.style()));
}

Result<analyze::Piece> piece_of_input() {
  auto input = host::open_file("-");
  if (!input) return std::unexpected(input.error());
  auto source = input->in_order ? std::move(input->in_order) : in_order(*input->random);
  return analyze::read_text(*source, "standard input");
}

void explain_text(Result<analyze::Piece> piece, const Arguments& a, Context& context) {
  if (!piece) return context.fail(piece.error());
  report::Explanation explanation = report::explain(piece->told);
  if (!piece->told.empty()) {
    show(explanation, a, context);
  } else {
    if (a.json) print(report::json(explanation) + "\n");
    context.fail(
        Error{fmt::format("recognize a code or a sign in {}", count_of(piece->read.records, "line")),
              ErrorKind::not_found, 0,
              fmt::format("a code (0x904, Error 2308, STATUS_LOGON_FAILURE, alert 40) or English words "
                          "that one of {} signs knows; rdpdoctor list codes shows the codes",
                          codes::all_signs().size())});
  }
  if (!piece->read.problem.empty())
    context.fail(Error{"read all of the text: " + piece->read.problem, ErrorKind::io, 0, ""});
}

void explain(const Arguments& a, Context& context) {
  if (a.code == "-" || a.text == "-") return explain_text(piece_of_input(), a, context);
  if (!a.text.empty()) return explain_text(analyze::read_text(a.text, "text"), a, context);
  if (a.code.empty())
    return context.fail(
        Error{"nothing to explain", ErrorKind::usage, 0, "a code, a cause id, or --text WORDS"});
  if (const causes::Cause* cause = causes::find_cause(a.code); cause && a.extended.empty() && !a.json) {
    return print(report::cause_page(*cause, context.style()));
  }
  auto explanation = report::explain(a.code, a.extended);
  if (!explanation) return context.fail(explanation.error());
  show(*explanation, a, context);
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd = app.add_subcommand(
      "explain", "Say what a code or a text means, what it does not mean, and the causes behind it");
  auto* code = cmd->add_option(
      "CODE", a->code, "0x904, 2308, 0x904/0x7, a code's name, a cause id; - for a text on standard input");
  cmd->add_option("EXTENDED", a->extended, "the extended code shown with it, such as 0x7");
  cmd->add_option("--text", a->text,
                  "free text instead: a dialog's words, lines of a log, an e-mail; - for standard input")
      ->excludes(code);
  cmd->add_flag("--json", a->json, "one JSON object, schema rdpdoctor.explanation/1");
  cmd->callback([a, &context] { explain(*a, context); });
}

}  // namespace rdpdoctor::cli
