#include "causes/engine/profile_views.h"

#include "fmt/core.h"

namespace rdpdoctor::causes {

std::string whose_profile(const UserProfile& user) {
  const std::string* path = user.path.get();
  return path && !path->empty() ? *path : user.sid;
}

std::string profile_key(const HostFacts& host, const UserProfile& user) {
  return fmt::format("{}\\{}{}", host.profiles.count.source, user.sid, user.backup ? ".bak" : "");
}

bool after_logon(const CaseFile& c) {
  return failing_stage(c) == Stage::session;
}

}  // namespace rdpdoctor::causes
