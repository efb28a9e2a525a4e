// rdpdoctor client-log on|off|export
#include "cli/commands.h"

namespace rdpdoctor::cli {

void add_client_log(CLI::App& app, Context& context) {
  CLI::App* cmd = app.add_subcommand(
      "client-log",
      "Turn the detailed log of this machine's Remote Desktop client on and off, and export it");
  cmd->callback([&context] { context.fail({"client-log: not built yet", ErrorKind::usage, 0, ""}); });
}

}  // namespace rdpdoctor::cli
