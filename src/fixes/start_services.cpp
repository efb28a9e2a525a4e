// Lets the services start that Remote Desktop needs: those that are disabled, and TermService's own account
// and program.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"
#include "fixes/engine/service_table.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

using host::ServiceAction;

constexpr std::string_view term_service = "TermService",
                           // Setup writes them so in every language.
    own_account = R"(NT Authority\NetworkService)",
                           own_image = R"(%SystemRoot%\System32\svchost.exe -k NetworkService)";

std::string key_of(std::string_view service) {
  return host::under(services_key, service);
}

std::string_view start_word(std::uint32_t start) {
  if (start == start_manual) return "demand";
  return start == start_automatic ? "auto" : "system";
}

// The service manager of a Windows that runs keeps start types of its own and does not look at the registry
// again; a script tells it by its own tool, after which both say the same.
void tell_service_manager(Planner& p, const OwnStart& own) {
  if (!p.running()) return;
  const std::string name(own.service);
  if (p.for_script()) {
    RunCommand tell{{"sc.exe", "config", name, "start=", std::string(start_word(own.start))}, {}, ""};
    if (!p.blind()) tell.undo = {"sc.exe", "config", name, "start=", "disabled"};
    p.command(std::move(tell), fmt::format("the service manager knows how {} starts", name));
  }
  if (own.early)
    p.note(fmt::format("{} starts with Windows: restart the machine", name));
  else
    p.control(name, ServiceAction::start);
}

// Start 4 alone is wrong: that one is manual or automatic, or does not run, says nothing.
void enable(Planner& p, const OwnStart& own) {
  const std::string key = key_of(own.service);
  const auto start = p.number(key, "Start");
  if (!start.get() || *start.get() != start_disabled || !is_wanted(p, own.service) || p.refused()) return;
  p.set(key, "Start", dword(own.start),
        fmt::format("the service {} can start, as Windows sets it", own.service));
  tell_service_manager(p, own);
}

void set_blind(Planner& p, const OwnStart& own) {
  p.set(key_of(own.service), "Start", dword(own.start),
        fmt::format("the service {} can start, as Windows sets it", own.service));
  tell_service_manager(p, own);
}

bool told_disabled(const evidence::HostFacts& facts, std::string_view service) {
  return std::ranges::any_of(facts.services, [&](const evidence::ServiceFacts& one) {
    const std::uint32_t* start = one.start.get();
    const bool wanted = !one.wanted.get() || *one.wanted.get();
    return one.name == service && start && *start == start_disabled && wanted;
  });
}

// The machine is not at hand: what an inspection told, else the services of Remote Desktop itself.
void plan_blind(Planner& p) {
  for (const OwnStart& own : own_starts) {
    const bool itself =
        own.service == term_service || own.service == "SessionEnv" || own.service == "UmRdpService";
    if (p.facts() ? told_disabled(*p.facts(), own.service) : itself) set_blind(p, own);
  }
  if (!p.facts())
    p.note("which other services are disabled is not known from here: inspect the machine, or look there");
}

void restore_account(Planner& p) {
  const std::string key = key_of(term_service);
  const auto account = p.text_of(key, "ObjectName");
  if (account.get() && is_other_account(*account.get())) {
    p.set(key, "ObjectName", text(own_account), "TermService runs as NETWORK SERVICE");
    if (p.running()) p.note("TermService's account counts when Windows starts the next time");
  }
  const auto image = p.text_of(key, "ImagePath");
  if (image.get() && program_of(*image.get()) != "svchost.exe") {
    p.set(key, "ImagePath", text(own_image, host::reg_expand_sz),
          "TermService's program is Windows' own svchost.exe");
    p.note(fmt::format("what {} did there before is not known: look at that program, too",
                       printable(*image.get(), 160)));
  }
}

// One that was disabled is started where that is mended.
void start_now(Planner& p) {
  if (!p.running() || p.refused()) return;
  const auto start = p.number(key_of(term_service), "Start");
  if (start.get() && *start.get() == start_disabled) return;
  const auto running = p.host().running_services();
  const bool stopped = std::ranges::any_of(running.value, [](const host::RunningService& service) {
    return equal_ignoring_case(service.name, term_service) && equal_ignoring_case(service.state, "stopped");
  });
  if (stopped) p.control(std::string(term_service), ServiceAction::start);
}

void plan(Planner& p) {
  if (p.blind()) return plan_blind(p);
  if (!key_is_there(p, key_of(term_service)))
    return p.refuse(
        "the service TermService is gone as a whole: import its key from a healthy host of the same version, "
        "or repair Windows by an installation over it");
  for (const OwnStart& own : own_starts) enable(p, own);
  restore_account(p);
  start_now(p);
}

}  // namespace

Fix start_services() {
  return {
      .id = "start-services",
      .title = "The services that Remote Desktop needs can start.",
      .explanation =
          "Gives services that are disabled the start type that Windows itself gives them: TermService, "
          "SessionEnv, UmRdpService, those that TermService depends on, and those for keys, addresses, the "
          "firewall and the domain. Services that are not disabled are left alone, as are Netlogon outside "
          "of "
          "a domain and the DHCP client of a host with a fixed address. TermService gets its account and its "
          "program back where they were changed. On a machine that runs, services that were disabled are "
          "started; on a disk Windows starts them when it boots. It does not help a service that starts and "
          "ends again: its events say why.",
      .side = Side::host,
      .risk = Risk::low,
      .takes_effect = "at once, and for services that start with Windows when it starts",
      .verified_by = "service-stopped is no longer found",
      .article = "check the Remote Desktop services",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
