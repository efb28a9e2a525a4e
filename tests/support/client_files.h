// What a client's machine holds in binary form: a library with a version, an entry of Winsock's catalogue.
#pragma once

#include <string_view>

#include "base/text.h"
#include "formats/version_resource.h"

namespace rdpdoctor::test {

// A directory of resources with one entry.
inline void resource_directory(Writer& w, std::uint32_t id, std::uint32_t to) {
  w.bytes(Bytes(12)).u16le(0).u16le(1).u32le(id).u32le(to);
}

// A PE32+ file with nothing but a version resource.
inline Bytes library_with_version(const formats::FileVersion& v) {
  Writer r;  // .rsrc, at RVA 0x1000
  resource_directory(r, 16, 0x80000018);
  resource_directory(r, 1, 0x80000030);
  resource_directory(r, 0x409, 0x48);
  r.u32le(0x1058).u32le(92).bytes(Bytes(8));
  r.u16le(92).u16le(52).u16le(0).bytes(utf8_to_utf16le("VS_VERSION_INFO")).bytes(Bytes(4));
  r.u32le(0xFEEF04BD).u32le(0x10000);
  r.u16le(v.minor).u16le(v.major).u16le(v.revision).u16le(v.build).bytes(Bytes(36));
  const auto size = static_cast<std::uint32_t>(r.size());
  Writer w;
  w.text("MZ").bytes(Bytes(58)).u32le(64).text("PE").u16le(0);
  w.u16le(0x8664).u16le(1).bytes(Bytes(12)).u16le(136).u16le(0x22);
  w.u16le(0x20b).bytes(Bytes(106)).u32le(3).bytes(Bytes(16)).u32le(0x1000).u32le(size);
  w.bytes(Bytes(12)).u32le(0x1000).u32le(size).u32le(264).bytes(Bytes(16)).bytes(r.view());
  return w.take();
}

inline Bytes socket_catalog_item(std::string_view library, std::string_view protocol,
                                 std::uint32_t chain_length = 1) {
  Writer w;
  Bytes name = utf8_to_utf16le(protocol);
  name.resize(512);
  w.text(library).bytes(Bytes(260 - library.size())).bytes(Bytes(40)).u32le(chain_length);
  w.bytes(Bytes(72)).bytes(name);
  return w.take();
}

}  // namespace rdpdoctor::test
