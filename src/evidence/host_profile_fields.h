// The fields of host_profile_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_profile_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, UserProfile>
{
  v("sid", s.sid), v("backup", s.backup), v("path", s.path), v("state", s.state), v("folder", s.folder),
      v("hive_size", s.hive_size), v("hive", s.hive);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ProfileFacts>
{
  v("count", s.count), v("users", s.users), v("left_out", s.left_out);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, UpdateFacts>
{
  v("installed", s.installed), v("rollups", s.rollups), v("left_out", s.left_out);
}

}  // namespace rdpdoctor::evidence
