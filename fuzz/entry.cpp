// libFuzzer's entry, the same for every fuzzer.
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rdpdoctor::fuzz::run(rdpdoctor::View(data, size));
  return 0;
}
