// What `why` of an unreadable reading begins with where an administrator's rights would read it. host/host.h
// has the same words for who reads; reports, which see no host, have them from here.
#pragma once

#include <string_view>

namespace rdpdoctor::evidence {

inline constexpr std::string_view needs_elevation = "needs elevation";

}  // namespace rdpdoctor::evidence
