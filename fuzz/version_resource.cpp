// The version of a PE file: of the bytes as they are, and as the resources of a small one.
#include "formats/version_resource.h"

#include <algorithm>

#include "fuzz.h"
#include "given.h"

namespace rdpdoctor::fuzz {
namespace {

void open(View bytes) {
  Given file(bytes);
  const auto version = formats::file_version(file);
  if (!version) {
    expects(!version.error().doing.empty());
    return;
  }
  if (*version) expects(formats::to_text(**version).size() <= 23);
}

// PE32+ with one section at 0x1000, which these bytes are.
Bytes pe_with(View resources) {
  Writer w;
  w.text("MZ").bytes(Bytes(58)).u32le(64).text("PE").u16le(0);
  w.u16le(0x8664).u16le(1).bytes(Bytes(12)).u16le(136).u16le(0x22);
  w.u16le(0x20b)
      .bytes(Bytes(106))
      .u32le(3)
      .bytes(Bytes(16))
      .u32le(0x1000)
      .u32le(static_cast<std::uint32_t>(resources.size()));
  w.bytes(Bytes(12)).u32le(0x1000).u32le(static_cast<std::uint32_t>(resources.size())).u32le(264);
  w.bytes(Bytes(16)).bytes(resources);
  return w.take();
}

}  // namespace

void run(View bytes) {
  open(bytes);
  open(pe_with(bytes));
}

}  // namespace rdpdoctor::fuzz
