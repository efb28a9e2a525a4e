// Judges the services that Remote Desktop needs: disabled, gone, stopped, or under another account. What a
// log tells of their ends is in the rows of events.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/policy_views.h"
#include "causes/engine/service_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::ServiceFacts;

// What it means that a service is disabled (Start 4). Manual and automatic are both normal, and so is one
// that does not run: Windows starts most of these when they are wanted.
enum class Effect { fails, fails_if_seen, weakens, note };
struct Need {
  std::string_view service;
  Effect effect = Effect::note;
  Certainty certainty = Certainty::possible;
  std::string_view why;
  std::optional<Stage> seen = {};  // for fails_if_seen: where the connection must fail for it to be this
};

// TermService's own dependencies are read of the host (DependOnService) and need no row. BFE and mpssvc:
// until they run, the filters of Windows' start stay, which block what comes in unasked [Windows 7 Resource
// Kit, "Windows Firewall and the Startup Process"]; that it stays so is not seen on every Windows. nsi: its
// own description says that stopping it loses the network.
constexpr Need needs_of[] = {
    {"TermService", Effect::fails, Certainty::proven, "it is what answers Remote Desktop"},
    {"RpcSs", Effect::fails, Certainty::proven, "TermService depends on it"},
    {"RpcEptMapper", Effect::fails, Certainty::proven, "RpcSs depends on it, and TermService on that"},
    {"DcomLaunch", Effect::fails, Certainty::proven, "RpcSs depends on it, and TermService on that"},
    {"LSM", Effect::fails, Certainty::likely, "it makes the sessions"},
    {"nsi", Effect::fails, Certainty::likely, "without it programs lose the network"},
    {"Dhcp", Effect::fails, Certainty::likely, "the host's address comes by DHCP, and no address is set"},
    {"Netlogon", Effect::fails, Certainty::likely, "accounts of the domain can't be checked without it"},
    {"KeyIso", Effect::fails_if_seen, Certainty::possible, "keys of CNG can't be used without it",
     Stage::tls},
    {"BFE", Effect::fails_if_seen, Certainty::possible,
     "until it runs, the filters of Windows' start may block what comes in", Stage::tcp},
    {"mpssvc", Effect::fails_if_seen, Certainty::possible,
     "until it runs, the filters of Windows' start may block what comes in", Stage::tcp},
    {"SessionEnv", Effect::weakens, Certainty::proven,
     "it makes and renews the self-signed certificate: once that has expired there is no new one"},
    {"LanmanWorkstation", Effect::weakens, Certainty::proven,
     "SessionEnv, which renews the certificate, depends on it"},
    {"CryptSvc", Effect::weakens, Certainty::proven, "certificates and signatures are checked with it"},
    {"UmRdpService", Effect::note, Certainty::proven,
     "devices of the client are not redirected; connections are made all the same"},
    {"CertPropSvc", Effect::note, Certainty::proven,
     "certificates of smart cards are not passed on; connections are made all the same"},
};

const Need* need_of(std::string_view service) {
  auto at =
      std::ranges::find_if(needs_of, [&](const Need& n) { return equal_ignoring_case(n.service, service); });
  return at == std::end(needs_of) ? nullptr : at;
}

// What several problems make together: the one that explains most leads.
struct Problems {
  std::optional<Found> found;
  std::vector<Untested> unread;

  void add(Found next) {
    if (!found) {
      found = std::move(next);
      return;
    }
    auto rank = [](const Found& f) { return std::tuple(!f.explains, f.note, f.certainty); };
    if (rank(next) < rank(*found)) std::swap(next, *found);
    for (EvidenceLine& line : next.evidence) found->evidence.push_back(std::move(line));
  }
};

Found disabled(const ServiceFacts& service, const Need& need, const CaseFile& c) {
  Found found{need.certainty,
              {line(service.start, fmt::format("{} is disabled: {}", service.name, need.why))},
              need.effect == Effect::fails,
              fmt::format("The service {} is disabled.", service.name),
              {},
              need.effect == Effect::note};
  if (need.effect == Effect::fails_if_seen) {
    auto failing = failing_stage(c);
    found.explains =
        failing && (*failing == *need.seen || (*need.seen == Stage::tls && *failing == Stage::nla));
    if (found.explains) found.at = failing;
  }
  return found;
}

// Where nothing wants a service, it being disabled is somebody's right choice.
bool wanted(const HostFacts& host, const ServiceFacts& service, Problems& problems) {
  if (service.name == "Netlogon") {
    std::optional<bool> domain = in_domain(host);
    if (!domain) problems.unread.push_back(needs_reading(host.system.domain));
    return domain.value_or(false);
  }
  if (service.name != "Dhcp") return true;
  if (unreadable(service.wanted)) problems.unread.push_back(needs_reading(service.wanted));
  return service.wanted.get() && *service.wanted.get();
}

void judge_start(const HostFacts& host, const ServiceFacts& service, const CaseFile& c, Problems& problems) {
  const Need* need = need_of(service.name);
  if (unreadable(service.start)) problems.unread.push_back(needs_reading(service.start));
  if (!need || !is_disabled(service) || !wanted(host, service, problems)) return;
  problems.add(disabled(service, *need, c));
}

void judge_dependencies(const HostFacts& host, const ServiceFacts& term, Problems& problems) {
  if (!term.depends_on.get()) return;
  for (const std::string& name : *term.depends_on.get()) {
    const ServiceFacts* other = service(host, name);
    if (!other || need_of(name) || !is_disabled(*other)) continue;
    problems.add(
        {Certainty::proven,
         {line(other->start, fmt::format("{} is disabled, and TermService depends on it", other->name))},
         true,
         fmt::format("{}, which TermService depends on, is disabled.", other->name)});
  }
}

void judge_account(const ServiceFacts& term, Problems& problems) {
  if (unreadable(term.account)) problems.unread.push_back(needs_reading(term.account));
  const std::string* account = term.account.get();
  if (!account) return;
  std::optional<bool> right = is_network_service(*account);
  if (!right)
    problems.unread.push_back(needs(
        fmt::format("whether {} is NETWORK SERVICE ({})", printable(*account, 80), term.account.source)));
  if (right.value_or(true)) return;
  problems.add(
      {Certainty::likely,
       {line(term.account, fmt::format("TermService is set to run as {}, not as NT "
                                       "AUTHORITY\\NetworkService, the account of its process and of "
                                       "the key's access list",
                                       printable(*account, 80)))},
       true,
       "TermService is set to run under another account."});
}

void judge_image(const ServiceFacts& term, Problems& problems) {
  if (unreadable(term.image_path)) problems.unread.push_back(needs_reading(term.image_path));
  const std::string* image = term.image_path.get();
  if (!image || program_of(*image) == "svchost.exe") return;
  problems.add({Certainty::likely,
                {line(term.image_path,
                      fmt::format("TermService's program is {}, not svchost.exe", printable(*image, 160)))},
                true,
                "TermService's program is not Windows' own."});
}

void judge_state(const ServiceFacts& term, Problems& problems) {
  const std::string* state = term.state.get();
  if (!state || *state != "stopped") return;
  problems.add({Certainty::proven,
                {line(term.state, "TermService was not running when this was read")},
                true,
                "The service TermService does not run."});
}

void judge_term_service(const HostFacts& host, const ServiceFacts& term, Problems& problems) {
  if (unreadable(term.exists)) problems.unread.push_back(needs_reading(term.exists));
  if (absent(term.exists)) {
    std::string doubts = doubts_of(host, "SYSTEM");
    if (!doubts.empty())
      problems.unread.push_back(needs(fmt::format("a whole SYSTEM hive: {}", doubts)));
    else
      problems.add({Certainty::proven,
                    {line(term.exists, "the key is not there: Windows has no such service")},
                    true,
                    "The service TermService is gone."});
    return;
  }
  judge_dependencies(host, term, problems);
  judge_account(term, problems);
  judge_image(term, problems);
  judge_state(term, problems);
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  const ServiceFacts* term = service(*host, "TermService");
  if (!term) return needs_inspection();
  Problems problems;
  for (const ServiceFacts& s : host->services) judge_start(*host, s, c, problems);
  judge_term_service(*host, *term, problems);
  if (problems.found) {
    temper(*host, "SYSTEM", *problems.found);
    return *problems.found;
  }
  if (!problems.unread.empty()) return problems.unread.front();
  Verdict right = excluded_if_whole(
      *host, "SYSTEM",
      fmt::format("TermService and the services that it needs are not disabled ({})", term->start.source));
  return excluded_unless_told(c, "service-stopped", std::move(right), needs(need::running));
}

constexpr std::string_view scm = "Service Control Manager";

}  // namespace

Cause service_stopped() {
  return {
      .id = "service-stopped",
      .title = "A service that Remote Desktop needs is disabled, stopped or does not start.",
      .stage = Stage::tcp,
      .machine = Machine::host,
      .topic = Topic::services,
      .explanation =
          "TermService listens and answers, as NETWORK SERVICE inside of svchost. It can't start when it is "
          "disabled, when a service that it depends on is, or when its account or program was changed: "
          "\"repairs\" leave LocalSystem there, which does not fit the process that it runs in. Around it, "
          "SessionEnv makes the certificate, KeyIso holds keys, LSM makes sessions, and Netlogon asks the "
          "domain. Most of them are started when they are wanted, so that one is stopped says nothing; that "
          "one is disabled does.",
      .tell_apart =
          "From the wire a service that does not run is port-closed. Events 7000, 7001, 7023, 7031, 7034 and "
          "7038 of the Service Control Manager name the service and why. A service that starts and has no "
          "listener is listener-disabled; one whose library was replaced is service-library-replaced.",
      .advice =
          {"On the host, PowerShell, what runs and how it is started:   Get-Service TermService, SessionEnv, "
           "UmRdpService, KeyIso, CryptSvc, BFE, mpssvc | Format-Table Name, Status, StartType",
           "On the host, PowerShell as administrator, why it ended:   Get-WinEvent -FilterHashtable "
           "@{LogName='System'; ProviderName='Service Control Manager'; Level=1,2} -MaxEvents 20",
           "On the host, as administrator, with the name of the one that is disabled (undo: start= "
           "disabled):   sc config TermService start= demand",
           "On the host, as administrator, if the account is not NetworkService (undo: the old name):   sc "
           "config TermService obj= \"NT AUTHORITY\\NetworkService\" password= \"\"",
           "On the host, as administrator:   net start TermService"},
      .article = Article::names_it,
      .article_note =
          "The article restarts TermService alone: what it depends on, and under which account it runs, is "
          "not looked at.",
      .fixes = {"start-services", "restart-remote-desktop-services"},
      .codes = {{"disconnect", 0x204, Certainty::possible, "nothing listens while the service does not run"},
                {"disconnect", 0x904, Certainty::possible, "the service ended, and its connections with it"}},
      .events =
          {{scm, 7031, "=Remote Desktop Services", Certainty::likely, "the service ended unexpectedly"},
           {scm, 7034, "=Remote Desktop Services", Certainty::likely, "the service ended unexpectedly"},
           {scm, 7000, "=Remote Desktop Services", Certainty::likely, "the service could not start"},
           {scm, 7001, "=Remote Desktop Services", Certainty::likely,
            "the service could not start for want of another one"},
           {scm, 7023, "=Remote Desktop Services", Certainty::likely, "the service ended with an error"},
           {scm, 7024, "=Remote Desktop Services", Certainty::likely, "the service ended with an error"},
           {scm, 7038, "=TermService", Certainty::likely, "the service could not log on with its account"},
           {"TerminalServices-LocalSessionManager", 17, "", Certainty::likely,
            "the service could not be started"}},
      .covers = {"port-closed", "listener-unresponsive"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
