// What judges ask of users' profiles. All pure.
#pragma once

#include <vector>

#include "causes/engine/host_views.h"

namespace rdpdoctor::causes {

using evidence::UserProfile;

// "C:\Users\anna", or the SID where the key does not say.
[[nodiscard]] std::string whose_profile(const UserProfile& user);
[[nodiscard]] std::string profile_key(const HostFacts& host, const UserProfile& user);  // to cite

// A profile fault is of one user: it explains only what fails after the logon, or what fails for all.
[[nodiscard]] bool after_logon(const CaseFile& c);

}  // namespace rdpdoctor::causes
