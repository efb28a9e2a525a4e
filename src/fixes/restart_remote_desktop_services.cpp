// Restarts the services of Remote Desktop, each after the one that it needs.
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_keys.h"
#include "fixes/engine/service_table.h"
#include "fmt/core.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

using host::ServiceAction;

constexpr std::string_view on_disk = "a disk runs nothing: Windows starts these services when it boots";

// One that is disabled can't be started, and stops with an error what comes after it.
void again(Planner& p, std::string_view service, ServiceAction action) {
  const auto start = p.number(host::under(services_key, service), "Start");
  if (p.running() && start.get() && *start.get() == start_disabled)
    return p.note(fmt::format("{} is disabled and left alone: start-services", service));
  p.control(std::string(service), action, on_disk);
}

// SessionEnv first: it makes the certificate that TermService then finds. TermService stops UmRdpService,
// which depends on it, so that one is started at the end, where it is known that it can be.
void plan(Planner& p) {
  again(p, "SessionEnv", ServiceAction::restart);
  again(p, "TermService", ServiceAction::restart);
  if (!p.blind()) again(p, "UmRdpService", ServiceAction::start);
  if (p.running())
    p.note(
        "start it from the console or by a scheduled task: a remote session ends with the service, and what "
        "it had not finished with it");
}

}  // namespace

Fix restart_remote_desktop_services() {
  return {
      .id = "restart-remote-desktop-services",
      .title = "The services of Remote Desktop are started afresh.",
      .explanation =
          "Restarts SessionEnv, which makes the certificate, then TermService, which answers, with "
          "UmRdpService, which depends on it. It helps where the service hangs, after its settings were "
          "changed, and after a certificate was removed, so that a new one is made. It mends no setting: a "
          "service that is disabled stays so (start-services). On a disk there is nothing to restart.",
      .side = Side::host,
      .risk = Risk::medium,
      .interrupts = "ends all sessions of this host, yours too",
      .takes_effect = "at once",
      .verified_by = "the host answers again, and service-stopped is not found",
      .article = "restart the Remote Desktop services",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
