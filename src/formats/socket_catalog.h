// An entry of Winsock's catalogue of protocols as the registry holds it: PackedCatalogItem, the path of the
// provider's library in 260 bytes and a WSAPROTOCOL_INFOW. [Microsoft, winsock2.h, "WSAPROTOCOL_INFOW"; that
// the path stands in front of it: read in registries, and by several open tools]
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace rdpdoctor::formats {

struct SocketCatalogItem {
  std::string library;             // "%SystemRoot%\system32\mswsock.dll", printable
  std::string protocol;            // szProtocol, "MSAFD Tcpip [TCP/IP]", printable
  std::uint32_t chain_length = 0;  // ChainLen: 1 base protocol, 0 layered protocol, more: a chain of these
};

[[nodiscard]] Decoded<SocketCatalogItem> decode_socket_catalog_item(View bytes);

}  // namespace rdpdoctor::formats
