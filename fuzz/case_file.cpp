// A case file from elsewhere. What could be read must be written and read back the same.

#include "evidence/json.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  auto wrapped = evidence::from_diagnosis_json(text);
  expects(!wrapped || evidence::from_json(evidence::to_json(*wrapped)));
  auto evidence = evidence::from_json(text);
  if (!evidence) return;
  std::string once = evidence::to_json(*evidence);
  auto again = evidence::from_json(once);
  expects(again && evidence::to_json(*again) == once);
}

}  // namespace rdpdoctor::fuzz
