// A rule of the firewall as the registry holds it.
#include "formats/firewall_rule.h"

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  auto rule = formats::decode_firewall_rule(text);
  if (!rule) {
    expects(rule.error().offset <= bytes.size());
    return;
  }
  expects(!rule->action.empty() && !rule->direction.empty());
  expects(rule->protocol <= 256 && rule->limits.size() <= 64);
  for (const formats::FirewallPorts& ports : rule->local_ports) {
    expects(ports.first <= ports.last);
    expects(formats::covers(*rule, ports.first) && formats::covers(*rule, ports.last));
  }
}

}  // namespace rdpdoctor::fuzz
