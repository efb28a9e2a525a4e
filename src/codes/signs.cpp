#include "codes/signs.h"

#include <algorithm>

#include "codes/sign_tables.h"

namespace rdpdoctor::codes {
namespace {

std::vector<Sign> all_tables() {
  std::vector<Sign> all;
  for (auto table : {mstsc_signs, accounts_signs, sessions_signs, gateway_signs, freerdp_signs,
                     linux_servers_signs, events_signs}) {
    std::vector<Sign> rows = table();
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

}  // namespace

std::span<const Sign> all_signs() {
  static const std::vector<Sign> signs = all_tables();
  return signs;
}

const Sign* find_sign(std::string_view id) {
  auto signs = all_signs();
  auto found = std::ranges::find(signs, id, &Sign::id);
  return found != signs.end() ? &*found : nullptr;
}

}  // namespace rdpdoctor::codes
