// An .rdp file, and a target as a person writes it.
#include "formats/rdp_file.h"

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (auto target = formats::parse_target(text)) expects(!target->host.empty() && target->port != 0);
  auto file = formats::read_rdp_file(bytes);
  if (!file) return;
  if (auto target = formats::target_of(*file)) expects(!target->host.empty() && target->port != 0);
}

}  // namespace rdpdoctor::fuzz
