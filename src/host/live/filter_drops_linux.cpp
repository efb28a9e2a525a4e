#ifndef _WIN32
#include "host/live/filter_drops.h"

namespace rdpdoctor::host {

Reading<std::vector<FilterDrop>> read_filter_drops() {
  return Reading<std::vector<FilterDrop>>::unreadable("this computer does not run Windows");
}

}  // namespace rdpdoctor::host
#endif
