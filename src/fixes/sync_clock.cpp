// Sets the machine's clock by its time source.
#include "fixes/engine/fix.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view service = R"(HKLM\SYSTEM\CurrentControlSet\Services\W32Time)";
constexpr std::uint32_t disabled = 4;

void plan(Planner& p) {
  const auto start = p.number(service, "Start");
  if (p.refused()) return;
  if (start.get() && start.value == disabled)
    p.note("the service Windows Time (W32Time) is disabled, so that the command fails: let it start first");
  p.command({.command = {"w32tm", "/resync", "/rediscover"}, .undo = {}, .destroys = ""},
            "the clock is set by its time source");
  p.note(
      "a member of a domain takes the time from its domain controllers: if those are wrong, so is it; which "
      "source it has:   w32tm /query /source");
  p.note("a virtual machine may be set by its host as well, which then has to be right");
}

}  // namespace

Fix sync_clock() {
  return {
      .id = "sync-clock",
      .title = "The clock is set by its time source.",
      .explanation =
          "Runs w32tm /resync /rediscover, so that the service Windows Time looks for its source anew and "
          "sets the "
          "clock by it. It helps where certificates look expired or not yet valid, or Kerberos refuses, "
          "since the "
          "clocks of client, host and domain controller are more than five minutes apart. Run it on the "
          "machine "
          "whose clock is wrong. A disk has no clock: there it is a step for the console.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "at once",
      .verified_by = "clock-skew is no longer found",
      .article = "check date and time",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
