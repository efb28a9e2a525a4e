// Reading a client's ClientHello, as the lab does. More bytes may not undo what fewer have settled.

#include "fuzz.h"
#include "wire/tls_records.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  auto seen = wire::read_client_hello(bytes);
  auto before = wire::read_client_hello(bytes.first(bytes.size() / 2));
  if (before && *before) expects(seen && *seen && (*seen)->cipher_suites == (*before)->cipher_suites);
  if (!before) expects(!seen);
}

}  // namespace rdpdoctor::fuzz
