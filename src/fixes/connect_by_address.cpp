// How to connect by the address while the name is wrong.
#include "base/text.h"
#include "fixes/engine/adapters.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::uint16_t usual_port = 3389;

// Told, else the host's own, else what the name gives: only the first two are known to be right.
std::string address_for(Planner& p) {
  if (!p.options().address.empty()) return printable(p.options().address, 60);
  for (const NetworkAdapter& adapter : adapters_of(p)) {
    if (adapter.self_made || p.refused()) continue;
    p.note(fmt::format("{} is the address of {} as the host has it", adapter.addresses.front(),
                       called(adapter)));
    return adapter.addresses.front();
  }
  const evidence::Target& target = p.evidence().target;
  if (target.addresses.empty()) return "";
  p.note("it is what the name gives now, which may be the wrong one: compare it with ipconfig on the host");
  return printable(target.addresses.front(), 60);
}

std::string with_port(const std::string& address, std::uint16_t port) {
  if (port == usual_port) return address;
  return address.contains(':') ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

void plan(Planner& p) {
  const std::string address = address_for(p);
  if (p.refused()) return;
  if (address.empty())
    return p.refuse(
        "no address of the host is known: give it (--address 10.0.0.4); on the host ipconfig shows it");
  const std::uint16_t told = p.options().port;
  p.advise(fmt::format("On the client:   mstsc /v:{}",
                       with_port(address, told == 0 ? p.evidence().target.port : told)));
  p.advise(fmt::format("On the client, whether the way to it is right:   rdpdoctor diagnose {}", address));
  p.note(
      "by an address there is no Kerberos, so NTLM must be allowed, and the certificate's name does not fit: "
      "compare its thumbprint before you accept it");
  p.note("it goes around the name: correct the name's record as well");
}

}  // namespace

Fix connect_by_address() {
  return {
      .id = "connect-by-address",
      .title = "The client connects by the host's address.",
      .explanation =
          "Changes nothing: says which address to type in place of the name. It helps where the name is not "
          "found, or an old answer points elsewhere, until the name is mended. Kerberos needs a name, so "
          "that "
          "logons use NTLM then, and the certificate can't be checked by name.",
      .side = Side::client,
      .risk = Risk::low,
      .takes_effect = "for that connection",
      .verified_by = "rdpdoctor diagnose ADDRESS finds nothing wrong",
      .article = "connect by IP address in place of the name",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
