// The dialogue for whom double-clicked the program: which host, what is wrong, what to do.
#include "cli/commands.h"

namespace rdpdoctor::cli {

void add_guide(CLI::App& app, Context& context) {
  CLI::App* cmd =
      app.add_subcommand("guide", "Ask which host and what happened, then say what is wrong and what to do");
  cmd->callback([&context] { context.fail({"guide: not built yet", ErrorKind::usage, 0, ""}); });
}

}  // namespace rdpdoctor::cli
