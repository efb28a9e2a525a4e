// Which machine connects, as whom, and by which addresses.
#include <algorithm>

#include "inspect/client_topics.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {

void inspect_client_system(host::Host& host, const Target&, ClientFacts& facts) {
  evidence::HostFacts machine;
  inspect_system(host, machine);
  facts.computer_name = std::move(machine.system.computer_name);
  facts.domain = std::move(machine.system.domain);
  facts.product = std::move(machine.system.product);
  facts.build = std::move(machine.system.build);
  facts.user = {.is = host.user(), .source = host.name()};
  inspect_network(host, machine);
  for (evidence::Adapter& adapter : machine.network.adapters.is.value)
    std::ranges::move(adapter.addresses, std::back_inserter(facts.addresses));
}

}  // namespace rdpdoctor::inspect
