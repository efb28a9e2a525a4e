#include "formats/socket_catalog.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t path_bytes = 260;      // MAX_PATH
constexpr std::size_t protocol_bytes = 512;  // szProtocol: 256 characters

// Up to its NUL; the system's own code page, of which only ASCII is the same everywhere.
std::string narrow(View bytes) {
  return printable(bytes.first(static_cast<std::size_t>(std::ranges::find(bytes, 0) - bytes.begin())),
                   path_bytes);
}

std::string wide(View bytes) {
  std::size_t end = 0;
  while (end + 1 < bytes.size() && (bytes[end] != 0 || bytes[end + 1] != 0)) end += 2;
  return printable(utf16le_to_utf8(bytes.first(end)));
}

}  // namespace

Decoded<SocketCatalogItem> decode_socket_catalog_item(View bytes) {
  Reader r(bytes);
  SocketCatalogItem item;
  item.library = narrow(r.bytes(path_bytes, "library path"));
  r.skip(20, "dwServiceFlags1 to dwProviderFlags");
  r.skip(16, "ProviderId");
  r.skip(4, "dwCatalogEntryId");
  item.chain_length = r.u32le("ChainLen");
  r.skip(28, "ChainEntries");
  r.skip(44, "iVersion to dwProviderReserved");
  item.protocol = wide(r.bytes(protocol_bytes, "szProtocol"));
  if (r.ok() && item.library.empty()) r.fail("library path", "it is empty");
  if (!r.ok()) return std::unexpected(*r.error());
  return item;
}

}  // namespace rdpdoctor::formats
