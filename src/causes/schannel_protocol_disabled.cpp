// Judges whether the host's Schannel still has a TLS version that clients use.
#include "causes/engine/policy_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

bool serves(const Protocol& p) {
  return p.state == ProtocolState::on;
}
bool gone(const Protocol& p) {
  return p.state == ProtocolState::off || p.state == ProtocolState::not_there;
}

// A host whose TLS is not used at all loses nothing by having none.
void weigh_listener(const HostFacts& host, Found& found) {
  if (!tls_unused(host)) return;
  found.explains = false;
  found.evidence.push_back(line(rdp_listener(host)->security_layer,
                                "but this listener uses RDP's own security without NLA, so no TLS at all"));
}

Found newest_only(const Protocol& tls12, const Protocol& tls13) {
  return {Certainty::likely,
          {tls12.line,
           tls13.line,
           {tls12.line.source, "clients up to Windows 10 and Server 2019 speak nothing newer than TLS 1.2"}},
          true,
          "TLS 1.2 is off for servers, so clients up to Windows 10 and Server 2019 are shut out."};
}

// Of TLS 1.2 and 1.3 neither is on. An older version still serves clients that allow it.
Verdict none_current(const HostFacts& host, const Protocol& tls12, const Protocol& tls13) {
  Protocol tls10 = protocol_of(host, "TLS 1.0");
  Protocol tls11 = protocol_of(host, "TLS 1.1");
  bool older = serves(tls10) || serves(tls11);
  bool as_windows_made_it = !tls12.by_hand && !tls13.by_hand;
  if (as_windows_made_it && older) {
    return excluded_if_whole(
        host, "SYSTEM", fmt::format("nothing was switched off: {} ({})", tls12.line.text, tls12.line.source));
  }
  bool nothing_left = gone(tls12) && gone(tls13) && gone(tls10) && gone(tls11);
  Found found{nothing_left ? Certainty::proven : Certainty::likely, {tls12.line, tls13.line}, true, ""};
  if (nothing_left) {
    found.headline = "No TLS version is left that the host may serve.";
    found.evidence.push_back(tls11.line);
    found.evidence.push_back(tls10.line);
  } else if (older) {
    const Protocol& left = serves(tls11) ? tls11 : tls10;
    found.headline = tls12.state == ProtocolState::off
                         ? "TLS 1.2 is off for servers, and nothing newer is on."
                         : "TLS 1.2 is off for servers by default, and nothing newer is on.";
    found.evidence.push_back({left.line.source, left.line.text + "; many clients refuse it"});
  } else {
    found.headline = "Neither TLS 1.2 nor 1.3 serves clients by default.";
  }
  temper(host, "SYSTEM", found);
  weigh_listener(host, found);
  return found;
}

Verdict judge(const CaseFile& c) {
  const HostFacts* host = host_of(c);
  if (!host) return needs_inspection();
  Protocol tls12 = protocol_of(*host, "TLS 1.2");
  if (tls12.state == ProtocolState::unknown) return tls12.needs;
  if (serves(tls12)) {
    std::string because = fmt::format("{} ({})", tls12.line.text, tls12.line.source);
    if (tls12.by_hand) return excluded(std::move(because));
    return excluded_if_whole(*host, "SYSTEM", std::move(because));
  }
  Protocol tls13 = protocol_of(*host, "TLS 1.3");
  if (tls13.state == ProtocolState::unknown) return tls13.needs;
  if (!serves(tls13)) return none_current(*host, tls12, tls13);
  Found found = newest_only(tls12, tls13);
  temper(*host, "SYSTEM", found);
  weigh_listener(*host, found);
  return found;
}

}  // namespace

Cause schannel_protocol_disabled() {
  return {
      .id = "schannel-protocol-disabled",
      .title = "The host's TLS versions are switched off in the registry.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .topic = Topic::tls,
      .explanation =
          "Under SCHANNEL\\Protocols each TLS version can be switched off for servers: Enabled 0 forbids it, "
          "DisabledByDefault 1 leaves it to programs that ask for it by name. Any other number in Enabled is "
          "on: 1 does the same as 0xffffffff. Where nothing is set, Windows decides: TLS 1.2 is on since "
          "Windows 8 and Server 2012, TLS 1.3 exists since Windows 11 and Server 2022. A hardening template "
          "or tool that switched off one version too many leaves clients nothing to agree on, and the host "
          "ends the handshake at the ClientHello. TLS 1.0 and 1.1 being off is as it should be.",
      .tell_apart =
          "The values name it. On the wire a host without any version looks like one that can't use its "
          "key (certificate-key-unusable): Schannel event 36871 with state 10013 speaks for the versions, "
          "36870 for the key. A version that only some clients lack is tls-version-mismatch.",
      .advice =
          {"On the host, what is set (Enabled 0 is off; nothing set is Windows' default):   reg query "
           "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols /s",
           "On the host, as administrator, keep a copy:   reg export "
           "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols "
           "C:\\schannel.reg",
           "Then, back to Windows' own default (undo: reg import C:\\schannel.reg); restart the host:   "
           "reg delete "
           "\"HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS "
           "1.2\\Server\" /f",
           "On the host, which policy sets it, to be changed there:   gpresult /h C:\\gpresult.html",
           "Don't switch on TLS 1.0 or 1.1 instead: what lacks TLS 1.2 must be updated."},
      .fixes = {"enable-tls12", "restore-schannel-values"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "the client saw its socket closed on its ClientHello"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"}},
      .covers = {"tls-version-mismatch"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
