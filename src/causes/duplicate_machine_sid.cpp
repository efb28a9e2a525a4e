// Told by its codes, by the host's System log, and by credentials: client and host are clones with the same
// machine SID.
#include "causes/engine/policy_views.h"
#include "causes/engine/untold.h"

namespace rdpdoctor::causes {
namespace {

// The host alone can't tell, for the other clone is needed: its log says whether they ever met.
Verdict judge(const CaseFile& c) {
  for (const evidence::SourceRead& read : c.sources) {
    bool whole = read.inspected && read.channel == "System" && read.records != 0 && read.damaged == 0;
    if (!whole) continue;
    return excluded_unless_told(c, "duplicate-machine-sid",
                                excluded("no event 6167 of LsaSrv in " + read.source), needs_host(c));
  }
  return needs_host(c);
}

}  // namespace

Cause duplicate_machine_sid() {
  return {
      .id = "duplicate-machine-sid",
      .title = "Client and host are clones with the same machine SID.",
      .stage = Stage::nla,
      .machine = Machine::host,
      .explanation =
          "Both were copied from one image without sysprep and carry the same machine SID. Since the "
          "updates of late August 2025 Windows 11 24H2 and Server 2025 refuse NTLM and Kerberos between "
          "such machines; until then nobody noticed.",
      .tell_apart =
          "Only connections between clones fail; a machine from another source gets in. LsaSrv event 6167 "
          "in the System log on either of them, and equal SIDs in PsGetSid, prove it.",
      .advice = {"On both machines, PowerShell:   Get-WinEvent -FilterHashtable @{LogName='System'; "
                 "ProviderName='LsaSrv'; Id=6167} -MaxEvents 5",
                 "On both machines, equal SIDs without the last number mean clones, PowerShell:   "
                 "Get-LocalUser | Select-Object Name,SID",
                 "On one of the clones, after a copy of its data: install it anew, or sysprep /generalize; "
                 "then join the domain again.",
                 "For new machines: generalize the image before copying it."},
      .codes = {{"schannel", 0x8009030E, Certainty::possible,
                 "the refusal between clones reads as missing credentials"},
                {"disconnect", 0x807, Certainty::possible,
                 "the refusal between clones reads as a failed logon"},
                {"ntstatus", 0xC000006D, Certainty::possible,
                 "the refusal between clones reads as a failed logon"}},
      .events = {{"LsaSrv", 6167, "", Certainty::likely,
                  "the machine met another one with its own security identifier"}},
      .signs = {{"duplicate-sid", Certainty::likely, "the event is written for clones with one SID"},
                {"event-6167", Certainty::likely, "the event is written for clones with one SID"},
                {"mstsc-no-credentials", Certainty::possible,
                 "clones get this answer since the updates of 2025"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
