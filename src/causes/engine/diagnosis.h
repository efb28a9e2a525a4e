// From evidence to ranked causes.
#pragma once

#include "causes/engine/cause.h"

namespace rdpdoctor::causes {

struct RankedCause {
  const Cause* cause = nullptr;
  Found found;
  std::vector<std::string> folded;  // ids of general causes that this one covers and that were found too
};
// Where it was seen.
[[nodiscard]] inline Stage stage_of(const RankedCause& r) {
  return r.found.at.value_or(r.cause->stage);
}

struct ExcludedCause {
  const Cause* cause = nullptr;
  std::string because;
};
struct UntestedCause {
  const Cause* cause = nullptr;
  std::vector<std::string> needs;
};

enum class Health { healthy, degraded, failing, unknown };

struct Diagnosis {
  Health health = Health::unknown;
  std::vector<RankedCause> causes;  // in rank order; causes[0] is the answer when its `explains` is true
  std::vector<ExcludedCause> excluded;
  std::vector<UntestedCause> untested;
};

// Rank: causes that explain the complaint first, then certainty, then the more specific one (which folds the
// general one under it), then the earlier stage, then id.
[[nodiscard]] Diagnosis diagnose(const CaseFile& evidence);

}  // namespace rdpdoctor::causes
