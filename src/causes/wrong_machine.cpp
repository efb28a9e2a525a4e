// Judges whether the machine that answers calls itself by the name that was asked for.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/name_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// Asked by address instead of by name, the same address shows another certificate: what answers chooses by
// the name, so it stands in front of several machines.
const Connection* chooses_by_name(const CaseFile& c, const Identity& who) {
  const Connection* plain = attempt(c, "by address");
  if (!plain || plain->tls.chain.empty() || who.thumbprint.empty()) return nullptr;
  const std::string& other = plain->tls.chain.front().sha256_thumbprint;
  return !other.empty() && other != who.thumbprint ? plain : nullptr;
}

std::string same_name_by_pointer(const CaseFile& c, const Identity& who) {
  for (const std::string& name : pointer_names(c, main_address(c))) {
    if (names_match(name, who.by_ntlm) && names_match(name, who.by_certificate)) return name;
  }
  return {};
}

bool named_by_pointer(const CaseFile& c) {
  std::vector<std::string> names = pointer_names(c, main_address(c));
  return std::ranges::any_of(names,
                             [&](const std::string& name) { return names_match(c.target.host, name); });
}

// Codes by which a client says that it met somebody else.
bool complaint_is_of_identity(const CaseFile& c) {
  return c.complaint && (c.complaint->code == 0x907 || c.complaint->code == 0x807);
}

Found other_names(const CaseFile& c, const Identity& who) {
  Found found{Certainty::possible,
              {{source("nla", *who.where.front()),
                "asked for " + c.target.host + "; the machine calls itself " + who.words()}},
              false,
              ""};
  if (std::string name = same_name_by_pointer(c, who); !name.empty()) {
    found.certainty = Certainty::likely;
    found.explains = complaint_is_of_identity(c);
    found.evidence.push_back({"dns", fmt::format("by reverse look-up {} is {}, and {} is no alias of that",
                                                 main_address(c), printable(name), c.target.host)});
  }
  if (const Connection* plain = chooses_by_name(c, who)) {
    const auto& leaf = plain->tls.chain.front();
    found.evidence.push_back(
        {source("tls", *plain),
         fmt::format("asked by address it shows another certificate ({}): something there "
                     "chooses by the name",
                     printable(leaf.subject))});
  }
  return found;
}

Verdict judge(const CaseFile& c) {
  Identity who = identity_of(standards(c));
  if (who.names.empty()) return needs(need::further);
  std::string own = who.words();
  if (c.target.is_address || c.target.host.empty() || equal_ignoring_case(c.target.host, "localhost")) {
    return needs("the name that the machine should have; it calls itself " + own);
  }
  if (whose(c, who) == Whose::asked_one) {
    bool by_itself =
        std::ranges::any_of(who.names, [&](auto& name) { return names_match(c.target.host, name); });
    return excluded(by_itself ? "the machine calls itself " + own
                              : fmt::format("DNS says that {} is an alias: the machine calls itself {}",
                                            c.target.host, own));
  }
  // An alias without a CNAME is common and no fault: only together with a complaint is it worth a line.
  bool told = whose(c, who) == Whose::another && !who.where.empty();
  if (!c.complaint || !told || named_by_pointer(c)) {
    return needs("whether " + c.target.host + " is another name of this machine; it calls itself " + own);
  }
  return other_names(c, who);
}

}  // namespace

Cause wrong_machine() {
  return {
      .id = "wrong-machine",
      .title = "The machine that answers may not be the one asked for.",
      .stage = Stage::nla,
      .machine = Machine::path,
      .explanation =
          "The name led to a machine whose own names (from its certificate and its NTLM answer) all differ "
          "from it. An old DNS record, a re-used address, a wrong port forwarding or a hosts-file entry "
          "leads to somebody else's machine; accounts and certificates then don't fit and the failure looks "
          "like one of logon or trust. An alias (CNAME, balancer, translated address) looks the same and is "
          "no fault.",
      .tell_apart =
          "Ask the DNS server for the name and look up the machine's own address: if they differ, the "
          "record is wrong; if the name is meant as an alias, nothing is.",
      .advice =
          {"On the client, ask the DNS server that should know the name:   rdpdoctor diagnose HOST --dns "
           "DNSSERVER",
           "On the host that you mean, its own address:   ipconfig",
           "On the client: look into C:\\Windows\\System32\\drivers\\etc\\hosts for an entry of the name.",
           "On the DNS server or the router: correct the record or the port forwarding."},
      .fixes = {"flush-name-cache"},
      .codes = {{"disconnect", 0x907, Certainty::possible,
                 "the certificate is not the one the client expected"},
                {"disconnect", 0x807, Certainty::possible,
                 "the account is not known to the machine that was reached"}},
      .signs = {{"mstsc-certificate-name", Certainty::possible, "another machine may be answering"},
                {"mstsc-certificate-unexpected", Certainty::possible,
                 "the certificate is not the expected one"},
                {"mstsc-target-principal", Certainty::possible, "another machine may be answering"},
                {"certificate-changed", Certainty::possible, "another machine may be answering"}},
      .covers = {"certificate-untrusted"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
