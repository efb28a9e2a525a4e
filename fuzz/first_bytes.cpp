// Naming what answered, if it is not RDP.

#include "wire/first_bytes.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  if (bytes.empty()) return;
  wire::Spoken spoken = wire::recognize_first_bytes(bytes);
  expects(!spoken.protocol.empty());
}

}  // namespace rdpdoctor::fuzz
