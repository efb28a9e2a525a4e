// A host behind a balancer that announces each client with a PROXY line, and closes on anything else.
#include "lab/fault.h"

namespace rdpdoctor::lab {

Fault proxy_header_wanted() {
  return {.id = "proxy-header-wanted",
          .title = "Wants a PROXY protocol header first",
          .expects = "not-rdp",
          .behaviour = {.wants_proxy_header = true}};
}

}  // namespace rdpdoctor::lab
