// The fields of host_profile_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_profile_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ProfileFacts>
{
  v("count", s.count);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, UpdateFacts>
{
  v("installed", s.installed);
}

}  // namespace rdpdoctor::evidence
