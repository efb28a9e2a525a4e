#ifndef _WIN32
#include "host/live/security_products.h"

namespace rdpdoctor::host {

Reading<std::vector<SecurityProduct>> read_security_products() {
  return Reading<std::vector<SecurityProduct>>::unreadable("this computer does not run Windows");
}

}  // namespace rdpdoctor::host
#endif
