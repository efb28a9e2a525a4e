// rdpdoctor collect [HOST] -o FILE.zip | --emit ps1
#include "cli/commands.h"

namespace rdpdoctor::cli {

void add_collect(CLI::App& app, Context& context) {
  CLI::App* cmd = app.add_subcommand(
      "collect", "Write what the causes use of this machine into one archive, to be looked at elsewhere");
  cmd->callback([&context] { context.fail({"collect: not built yet", ErrorKind::usage, 0, ""}); });
}

}  // namespace rdpdoctor::cli
