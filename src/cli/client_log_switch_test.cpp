#include "cli/client_log_switch.h"

#include <doctest/doctest.h>

#include "cli/commands.h"
#include "fixes/engine/engine.h"
#include "host/registry.h"
#include "support/fix_machine.h"

namespace rdpdoctor::cli {
namespace {

using nlohmann::json;

const std::string channels = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\)",
                  detailed = channels + "Microsoft-Windows-TerminalServices-RDPClient/Analytic",
                  broad = channels + "Microsoft-Windows-TerminalServices-RDPClient/Operational";

test::Machine with_logs(std::uint32_t broad_is, std::uint32_t detailed_is) {
  return test::with(
      {{broad, {{"Enabled", {{"dword", broad_is}}}}}, {detailed, {{"Enabled", {{"dword", detailed_is}}}}}});
}
std::uint32_t enabled(test::Machine& m, const std::string& key) {
  return host::as_dword(m.writer.host().value(key, "Enabled")).value;
}
Told on(test::Machine& m, Wish wish) {
  m.writer.set_running(true);
  auto told = client_log_on(m.writer, wish, {});
  REQUIRE(told);
  return *told;
}
Told off(test::Machine& m, Wish wish) {
  m.writer.set_running(true);
  auto told = client_log_off(m.writer, wish, {});
  REQUIRE(told);
  return *told;
}

}  // namespace

TEST_CASE("the log is shown, turned on, and turned off again as it was") {
  test::Machine m = with_logs(0, 0);
  Told told = on(m, Wish::show);
  CHECK(told.status == exit_fault);
  CHECK(told.text.contains("rdpdoctor client-log on --apply"));
  CHECK(enabled(m, detailed) == 0);

  CHECK(on(m, Wish::apply).status == exit_ok);
  CHECK(enabled(m, detailed) == 1);
  CHECK(enabled(m, broad) == 1);
  told = on(m, Wish::apply);
  CHECK(told.status == exit_ok);  // it is on already
  CHECK(m.writer.runs().value().size() == 1);

  told = off(m, Wish::show);
  CHECK(told.status == exit_fault);
  CHECK(told.text.contains("rdpdoctor client-log off --apply"));
  CHECK(enabled(m, detailed) == 1);
  told = off(m, Wish::apply);
  CHECK(told.status == exit_ok);
  CHECK(told.text.contains("client-log export"));
  CHECK(enabled(m, detailed) == 0);
  CHECK(enabled(m, broad) == 0);
  told = off(m, Wish::apply);
  CHECK(told.status == exit_ok);
  CHECK(told.text.contains("is off"));
}

TEST_CASE("a log that somebody else turned on is left on, and that is said") {
  test::Machine m = with_logs(1, 1);
  CHECK(on(m, Wish::apply).status == exit_ok);
  CHECK(m.writer.runs().value().empty());
  const Told told = off(m, Wish::apply);
  CHECK(told.status == exit_ok);
  CHECK(told.text.contains("not by rdpdoctor"));
  CHECK(enabled(m, detailed) == 1);
}

TEST_CASE("a repair that was made since stays when the log is turned off") {
  test::Machine m = with_logs(1, 0);
  CHECK(on(m, Wish::apply).status == exit_ok);
  const fixes::Plan udp = m.plan("force-tcp");
  REQUIRE(fixes::apply(m.writer, {udp}, {"99991231-235959-0000", {}, "0"}).state ==
          fixes::Outcome::State::done);
  CHECK(off(m, Wish::apply).status == exit_ok);
  CHECK(enabled(m, detailed) == 0);
  CHECK(m.plan("force-tcp").state == fixes::Plan::State::already);
}

TEST_CASE("without the log, or where it can't be read, nothing is written") {
  test::Machine none = test::healthy();
  CHECK(on(none, Wish::apply).status == exit_unknown);
  CHECK(off(none, Wish::apply).status == exit_ok);
  test::Machine damaged = test::unreadable(detailed);
  CHECK(on(damaged, Wish::apply).status == exit_unknown);
  CHECK_FALSE(client_log_off(damaged.writer, Wish::apply, {}).has_value());
  CHECK(none.writer.runs().value().empty());
  CHECK(damaged.writer.runs().value().empty());
}

}  // namespace rdpdoctor::cli
