// Users' profiles, and the updates that are installed.
#pragma once

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

struct ProfileFacts {
  Fact<std::uint32_t> count;
};

struct UpdateFacts {
  Fact<std::vector<std::string>> installed;  // "KB5014754"
};

}  // namespace rdpdoctor::evidence
