// Products that are registered with Windows' Security Center, and what the filtering platform dropped on its
// way to the target.
#include <algorithm>

#include "base/text.h"
#include "inspect/client_topics.h"
#include "inspect/firewall_settings.h"

namespace rdpdoctor::inspect {
namespace {

constexpr std::size_t most_products = 50;

// Firewalls stand in the registry as well, where WMI has to be asked for the others.
void add_registered(host::Host& host, Reading<std::vector<evidence::SecurityProductFacts>>& products) {
  for (std::string& name : registered_firewalls(host)) {
    bool known = std::ranges::any_of(products.value, [&](const auto& p) {
      return p.kind == "firewall" && equal_ignoring_case(p.name, name);
    });
    if (known) continue;
    products.state = Presence::present;
    products.value.push_back({.name = std::move(name), .kind = "firewall", .path = "", .on = std::nullopt});
  }
}

}  // namespace

void inspect_client_security(host::Host& host, const Target&, ClientFacts& facts) {
  auto all = host.security_products();
  all.value.resize(std::min(all.value.size(), most_products));
  facts.security_products = {all.state, {}, printable(all.why)};
  for (const host::SecurityProduct& p : all.value)
    facts.security_products.value.push_back({.name = printable(p.name, 80),
                                             .kind = printable(p.kind, 40),
                                             .path = printable(p.path, 300),
                                             .on = p.on});
  add_registered(host, facts.security_products);
}

}  // namespace rdpdoctor::inspect
