#include "fixes/engine/chain.h"

#include "formats/digest.h"

namespace rdpdoctor::fixes {

std::string chain_of(std::string_view line) {
  return formats::sha256_of(Bytes(line.begin(), line.end()));
}

}  // namespace rdpdoctor::fixes
