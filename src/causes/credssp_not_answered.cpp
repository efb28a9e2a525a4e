// Judges whether the host ends the connection, or stays silent, on the first CredSSP message.
#include "causes/engine/nla_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t HYBRID_REQUIRED_BY_SERVER = 5;  // [MS-RDPBCGR] 2.2.1.2.2

// TLS by itself passes, or the host insists on NLA: either way what fails is CredSSP.
const Connection* tls_alone(const CaseFile& c) {
  const Connection* alone = attempt(c, "tls only");
  if (!alone) return nullptr;
  bool insists = alone->x224.failure_code == HYBRID_REQUIRED_BY_SERVER;
  return alone->tls.outcome == evidence::TlsOutcome::completed || insists ? alone : nullptr;
}

Verdict not_credssp(const Connections& rounds) {
  std::string problem = rounds.front()->nla.problem;
  return Found{Certainty::possible,
               {{source("nla", rounds), "the first CredSSP message gets an answer that is not CredSSP" +
                                            (problem.empty() ? "" : " (" + problem + ")")}},
               true,
               "The host's answer to NLA is not CredSSP."};
}

Verdict judge(const CaseFile& c) {
  Connections rounds = nla_rounds(c);
  if (rounds.empty()) return no_nla_round(c);
  Connections answered = filter(rounds, nla_answered);
  if (!answered.empty())
    return excluded("the host answers the first CredSSP message (" + source("nla", answered) + ")");
  bool babble =
      all_of(rounds, [](const Connection& r) { return r.nla.outcome == evidence::NlaOutcome::malformed; });
  if (babble) return not_credssp(rounds);
  const Connection* alone = tls_alone(c);
  bool sure = 3 <= rounds.size() || (2 <= rounds.size() && alone);
  Found found{sure ? Certainty::likely : Certainty::possible, {}, true, ""};
  found.evidence.push_back(
      {source("nla", rounds), fmt::format("the host chooses NLA, TLS completes, and the first CredSSP "
                                          "message gets no answer ({})",
                                          nla_endings(rounds))});
  if (alone) {
    found.evidence.push_back(
        {source("x224", *alone), alone->tls.outcome == evidence::TlsOutcome::completed
                                     ? "TLS without NLA passes: only CredSSP fails"
                                     : "without NLA the host declines in good order (failure 5): only "
                                       "CredSSP fails"});
  }
  return found;
}

}  // namespace

Cause credssp_not_answered() {
  return {
      .id = "credssp-not-answered",
      .title = "The host does not answer Network Level Authentication.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .explanation =
          "TLS is up and the host has chosen Network Level Authentication, but the first CredSSP message "
          "(an NTLM request without any credentials) is met by a closed connection or by silence. The "
          "host's security service can't begin the logon: CredSSP or NTLM is switched off or broken there, "
          "the service is starting or hangs, or the machine is out of resources. Wrong passwords can't do "
          "this: none has been sent.",
      .tell_apart =
          "If TLS without NLA passes or is declined in good order, only CredSSP is ill. An errorCode "
          "instead of a closed connection is ntlm-refused. A failure that comes only after the password was "
          "sent is about the account. A device that opens TLS (tls-intercepted) shows in the certificate.",
      .advice =
          {"On the client: connect by the host's full name, so that Kerberos is used where NTLM is blocked.",
           "On the host, PowerShell, at the time of the attempt:   Get-WinEvent -FilterHashtable "
           "@{LogName='System'; ProviderName='LsaSrv','Schannel'} -MaxEvents 20",
           "On the host, PowerShell, none of these may be Disabled:   Get-Service "
           "TermService,KeyIso,Netlogon | Select-Object Name,Status,StartType",
           "On the host, whether NTLM is restricted:   reg query "
           "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0",
           "On the host: if its security service hangs, restart the host; it ends running sessions."},
      .article = Article::names_it,
      .article_note =
          "It says to turn NLA off. That hides the fault and lets anyone reach the logon screen; the "
          "host's events name the reason.",
      .fixes = {"restart-remote-desktop-services"},
      .codes = {{"disconnect", 0x904, Certainty::possible, "the client saw its socket closed during NLA"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"disconnect", 0x906, Certainty::possible, "the client's security layer failed"},
                {"schannel", 0x80090318, Certainty::possible,
                 "the host stopped in the middle of the exchange"},
                {"freerdp", 0x20009, Certainty::possible, "authentication failed without a reason given"},
                {"freerdp", 0x2000D, Certainty::possible, "the connection broke off while it was set up"}},
      .signs = {{"mstsc-internal-error", Certainty::possible,
                 "a host that closes during NLA is shown as an internal error"},
                {"read-closed", Certainty::possible, "a host that refuses NLA closes"},
                {"nla-failed", Certainty::possible, "NLA failed"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
