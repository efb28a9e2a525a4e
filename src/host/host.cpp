#include "host/host.h"

namespace rdpdoctor::host {
namespace {

constexpr const char* only_running = "only the running machine tells";

}  // namespace

Reading<std::string> Host::user() {
  return Reading<std::string>::unreadable(only_running);
}

Reading<std::vector<SavedCredential>> Host::saved_credentials() {
  return Reading<std::vector<SavedCredential>>::unreadable(only_running);
}

Reading<std::vector<SecurityProduct>> Host::security_products() {
  return Reading<std::vector<SecurityProduct>>::unreadable(only_running);
}

Reading<std::vector<FilterDrop>> Host::filter_drops() {
  return Reading<std::vector<FilterDrop>>::unreadable(only_running);
}

}  // namespace rdpdoctor::host
