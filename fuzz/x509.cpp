// A certificate that a host shows.
#include "formats/x509.h"

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  auto facts = formats::read_x509(bytes);
  if (!facts) return;
  expects(facts->sha1_thumbprint.size() == 40 && facts->sha256_thumbprint.size() == 64);
}

}  // namespace rdpdoctor::fuzz
