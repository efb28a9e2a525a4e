#ifndef _WIN32
#include "host/live/credentials.h"

namespace rdpdoctor::host {

Reading<std::vector<SavedCredential>> read_saved_credentials() {
  return Reading<std::vector<SavedCredential>>::unreadable("this computer does not run Windows");
}

}  // namespace rdpdoctor::host
#endif
