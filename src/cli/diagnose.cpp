// rdpdoctor diagnose HOST[:PORT] | --rdp FILE
#include "base/text.h"
#include "cli/commands.h"
#include "cli/complaint.h"
#include "cli/machine.h"
#include "cli/probing.h"
#include "cli/target.h"
#include "evidence/json.h"
#include "formats/rdp_file.h"
#include "report/several.h"

namespace rdpdoctor::cli {
namespace {

struct Arguments {
  std::string host;
  std::string rdp_file;
  std::string code;
  std::string user;
  double timeout_s = 10;
  std::vector<std::string> name_servers;
  int burst = 0;
  std::string with_host;
  std::string image;
  bool no_controls = false;
  bool no_udp = false;
  bool json = false;
  bool verbose = false;
};

Result<probe::Options> options_from(const Arguments& a) {
  auto target = target_from(a.host, a.rdp_file);
  if (!target) return std::unexpected(target.error());
  probe::Options o;
  o.target = std::move(*target);
  if (!a.code.empty()) {
    auto complaint = complaint_from(a.code);
    if (!complaint) return std::unexpected(complaint.error());
    o.complaint = *complaint;
  }
  if (!a.user.empty()) o.cookie_name = a.user;
  o.timeout = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(a.timeout_s));
  o.verbose = a.verbose;
  for (const std::string& server : a.name_servers) {
    auto at = formats::parse_target(server);
    if (!at || !is_numeric(at->host)) {
      return std::unexpected(Error{"--dns '" + printable(server, 80) + "' is not an address",
                                   ErrorKind::usage, 0,
                                   "the DNS server's address, such as 10.0.0.53 or 10.0.0.53:5353"});
    }
    o.name_servers.push_back(server);
  }
  o.burst = static_cast<std::uint32_t>(a.burst);
  o.controls = !a.no_controls;
  o.udp = !a.no_udp;
  return o;
}

// What the machine itself says, from an earlier inspection or from its disk; an empty case file without
// either.
Result<evidence::CaseFile> inspected(const Arguments& a, const Context& context) {
  if (!a.with_host.empty()) return read_inspection(a.with_host);
  evidence::CaseFile c;
  if (a.image.empty()) return c;
  auto host = open_image_at(a.image);
  if (!host) return std::unexpected(host.error());
  static_cast<void>(inspect_machine(**host, c, context));
  report::make_printable(c);
  return c;
}

void diagnose(const Arguments& a, Context& context) {
  auto options = options_from(a);
  if (!options) return context.fail(options.error());
  auto host = inspected(a, context);
  if (!host) return context.fail(host.error());
  evidence::CaseFile c = probe_from_here(std::move(*options), context);
  static_cast<void>(join_host(c, std::move(*host)));
  inspect_this_client(c, context);
  report::Report r = report::make_report(std::move(c));
  print(a.json ? report::json(r) + "\n" : report::terminal(r, context.style(a.verbose)));
  context.status = status_of_probed(r);
}

}  // namespace

void add_diagnose(CLI::App& app, Context& context) {
  auto a = std::make_shared<Arguments>();
  CLI::App* cmd =
      app.add_subcommand("diagnose", "Find out, from here, why a Remote Desktop connection to HOST fails");
  cmd->add_option("HOST", a->host, "name, IPv4 address or [IPv6], optionally :PORT (default 3389)");
  cmd->add_option("--rdp", a->rdp_file, "take host and port from this .rdp file")->type_name("FILE");
  cmd->add_option("--code", a->code, "what the client showed, such as 0x904/0x7: used as evidence")
      ->type_name("CODE[/EXT]");
  cmd->add_option("--timeout", a->timeout_s, "seconds the whole diagnosis may take, 1 to 600 (default 10)")
      ->check(CLI::Range(1.0, 600.0) & CLI::Validator(plain_number_problem, ""))
      ->type_name("S");
  cmd->add_option("--user", a->user, "user name for the mstshash cookie (no password is ever sent)")
      ->type_name("NAME");
  auto* image = cmd->add_option("--image", a->image,
                                "inspect this mounted volume of the host too, and judge both together")
                    ->type_name("DIR");
  cmd->add_option("--with-host", a->with_host, "judge together with what inspect --json printed on that host")
      ->excludes(image)
      ->type_name("EVIDENCE.json");
  cmd->add_option("--dns", a->name_servers,
                  "ask this DNS server too, and compare; may be repeated (the system's own are always asked)")
      ->allow_extra_args(false)  // or it would take HOST as well
      ->type_name("SERVER");
  cmd->add_option(
         "--burst", a->burst,
         "make N connections at once (2 to 32) to find a limit on them, then wait for recovery, at most "
         "30 s more")
      ->check(CLI::Range(2, 32))
      ->type_name("N");
  cmd->add_flag("--no-controls", a->no_controls,
                "no look at other ports (445, 135, 443, 22, 5985) and no ICMP echo");
  cmd->add_flag("--no-udp", a->no_udp, "send no UDP");
  cmd->add_flag("--json", a->json, "one JSON object, schema rdpdoctor.diagnosis/1");
  cmd->add_flag("--verbose", a->verbose,
                "every connection with its PDUs named by field, all that was excluded");
  cmd->callback([a, &context] { diagnose(*a, context); });
}

}  // namespace rdpdoctor::cli
