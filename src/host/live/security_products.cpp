#include "host/live/security_products.h"

namespace rdpdoctor::host {

std::optional<bool> is_on(std::uint32_t product_state) {
  switch (product_state & 0xf000U) {
    case 0x1000: return true;
    case 0x0000:
    case 0x2000:
    case 0x3000: return false;
    default: return std::nullopt;
  }
}

}  // namespace rdpdoctor::host
