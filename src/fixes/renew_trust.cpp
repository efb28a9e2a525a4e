// Renews the trust of a member with its domain, by what it has; else says how.
#include <algorithm>

#include "base/ascii.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view tcpip = R"(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters)";

bool is_domain(std::string_view name) {
  return name.size() <= 255 && std::ranges::all_of(name, [](char c) {
           return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
         });
}

// "" the machine is in none.
std::string domain_of(Planner& p) {
  if (!p.blind()) return p.text_of(tcpip, "Domain").value;
  const std::string* told = p.facts() ? p.facts()->system.domain.get() : nullptr;
  return told ? *told : "";
}

void plan(Planner& p) {
  const std::string domain = domain_of(p);
  if (p.refused()) return;
  if (!is_domain(domain)) return p.refuse("the name of the machine's domain is none that could be asked for");
  if (domain.empty() && (!p.blind() || p.facts()))
    return p.refuse("the machine is in no domain, so there is no trust to be renewed");
  const std::string named = domain.empty() ? "DOMAIN" : domain;
  if (!domain.empty())
    p.command({.command = {"nltest", "/sc_reset:" + domain}, .undo = {}, .destroys = ""},
              "the secure channel with " + domain + " is built anew");
  p.advise(fmt::format("On the host, as administrator, whether the trust is whole:   nltest /sc_verify:{}",
                       named));
  p.advise(
      "On the host, PowerShell as administrator, if it is not, with an account that may join machines; the "
      "password is asked for:   Test-ComputerSecureChannel -Repair -Credential (Get-Credential)");
  p.advise(
      "On the host, as administrator, where its certificates and roots come from the domain:   gpupdate "
      "/force "
      "and then   certutil -pulse");
  p.note("a host that is left on its own with a broken trust takes local accounts: HOST\\name");
}

}  // namespace

Fix renew_trust() {
  return {
      .id = "renew-trust",
      .title = "The host's trust with its domain is whole.",
      .explanation =
          "Has the member build its secure channel with a domain controller anew (nltest /sc_reset), which "
          "its own "
          "password for the domain is enough for. Where that password is no longer right, after a restored "
          "backup or "
          "a snapshot, an administrator of the domain has to repair it with Test-ComputerSecureChannel; no "
          "password "
          "stands on a command line. It helps where logons end for want of a logon server, and where "
          "certificates "
          "and roots that the domain hands out are old. A certificate of Remote Desktop's own making does "
          "not change.",
      .side = Side::host,
      .risk = Risk::medium,
      .takes_effect = "at once",
      .verified_by = "nltest /sc_verify succeeds, and no-logon-server is no longer found",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
