// What `analyze` is given: kinds told by content, and what is unwrapped until something can be read.

#include "analyze/bundle.h"
#include "fuzz.h"
#include "given.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  analyze::InputKind kind = analyze::kind_of(bytes, "given");
  expects((kind == analyze::InputKind::empty) == bytes.empty());
  expects(!analyze::word(kind).empty());
  wire::TlsKeyLog secrets;
  std::uint64_t ticks = 0;
  analyze::InputReader reader(secrets, {}, [&](auto&, auto, auto) { return ++ticks < 200; });
  Given file(bytes);
  reader.read("given", file);
  auto pieces = reader.take();
  expects(!pieces.empty() || !reader.not_read().empty() || reader.stopped());
  for (const auto& file_not_read : reader.not_read()) expects(!file_not_read.why.empty());
}

}  // namespace rdpdoctor::fuzz
