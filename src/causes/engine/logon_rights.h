// What the user rights of the SECURITY hive say of logons through Remote Desktop, before anybody has tried.
#pragma once

#include "causes/engine/host_views.h"

namespace rdpdoctor::causes {

// Whether those who usually may log on still have the right, and whom a denial hits. Excluded says nothing of
// a single account: that it is in one of the groups is not looked at here.
[[nodiscard]] Verdict judge_logon_rights(const HostFacts& host);

}  // namespace rdpdoctor::causes
