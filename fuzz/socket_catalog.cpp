// An entry of Winsock's catalogue.
#include "formats/socket_catalog.h"

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  const auto item = formats::decode_socket_catalog_item(bytes);
  if (!item) {
    expects(item.error().offset <= bytes.size());
    return;
  }
  expects(bytes.size() >= 888 && !item->library.empty());
}

}  // namespace rdpdoctor::fuzz
