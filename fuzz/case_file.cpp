// A case file from elsewhere. What could be read must be written and read back the same.

#include "evidence/json.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  auto evidence = evidence::from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!evidence) return;
  std::string once = evidence::to_json(*evidence);
  auto again = evidence::from_json(once);
  expects(again && evidence::to_json(*again) == once);
}

}  // namespace rdpdoctor::fuzz
