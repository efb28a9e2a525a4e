// Judges whether the machine that answers calls itself by the name that was asked for.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/views.h"

namespace rdpdoctor::causes {
namespace {

struct Names {
  std::vector<std::string> told;  // by NTLM and by the certificate, "" left out
  std::string by_ntlm;
  std::string by_certificate;
  const Connection* where = nullptr;
};

Names names_of(const CaseFile& c) {
  Names n;
  for (const Connection* conn : standards(c)) {
    const auto& nla = conn->nla;
    if (n.by_ntlm.empty())
      n.by_ntlm = nla.dns_computer_name.empty() ? nla.netbios_computer_name : nla.dns_computer_name;
    n.told.insert(n.told.end(), {nla.netbios_computer_name, nla.dns_computer_name});
    if (conn->tls.chain.empty()) continue;
    const auto& leaf = conn->tls.chain.front();
    if (n.by_certificate.empty()) n.by_certificate = leaf.common_name;
    n.told.push_back(leaf.common_name);
    n.told.insert(n.told.end(), leaf.dns_names.begin(), leaf.dns_names.end());
    n.where = conn;
  }
  std::erase(n.told, std::string());
  return n;
}

std::string first_label(std::string_view name) {
  return lower(name.substr(0, name.find('.')));
}

// Names match by their first label, of which NetBIOS keeps 15 letters; "*.example.com" matches by its domain.
bool matches(std::string_view asked, std::string_view own) {
  if (own.starts_with("*.")) return lower(asked).ends_with(lower(own.substr(1)));
  return first_label(asked).substr(0, 15) == first_label(own).substr(0, 15);
}

Verdict judge(const CaseFile& c) {
  Names n = names_of(c);
  if (n.told.empty()) return needs(need::further);
  std::string ntlm = n.by_ntlm.empty() ? "unknown" : printable(n.by_ntlm);
  std::string certificate = n.by_certificate.empty() ? "unknown" : printable(n.by_certificate);
  std::string own = ntlm + " by NTLM, " + certificate + " by its certificate";
  if (c.target.is_address || c.target.host.empty() || equal_ignoring_case(c.target.host, "localhost")) {
    return needs("the name that the machine should have; it calls itself " + own);
  }
  if (std::any_of(n.told.begin(), n.told.end(), [&](auto& name) { return matches(c.target.host, name); })) {
    return excluded("the machine calls itself " + own);
  }
  // An alias is common and no fault: only together with a complaint is it worth a line of its own.
  if (!c.complaint || n.by_ntlm.empty() || n.by_certificate.empty()) {
    return needs("whether " + c.target.host + " is another name of this machine; it calls itself " + own);
  }
  return Found{
      Certainty::possible,
      {{source("nla", *n.where), "asked for " + c.target.host + "; the machine calls itself " + own}},
      false,
      ""};
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
          {"On the client, PowerShell, the address that the name gives:   Resolve-DnsName HOST",
           "On the host that you mean, its own address:   ipconfig",
           "On the client: look into C:\\Windows\\System32\\drivers\\etc\\hosts for an entry of the name.",
           "On the DNS server or the router: correct the record or the port forwarding."},
      .fixes = {"flush-name-cache"},
      .codes = {{"disconnect", 0x907, Certainty::possible,
                 "the certificate is not the one the client expected"},
                {"disconnect", 0x807, Certainty::possible,
                 "the account is not known to the machine that was reached"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
