// The fields of a Fact.
#pragma once

#include <type_traits>

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

template <class S>
inline constexpr bool is_fact = false;
template <class T>
inline constexpr bool is_fact<Fact<T>> = true;

template <class V, class S>
void fields(V& v, S& s)
  requires is_fact<std::remove_const_t<S>>
{
  v("is", s.is), v("source", s.source), v("by_policy", s.by_policy), v("local", s.local),
      v("local_source", s.local_source);
}

}  // namespace rdpdoctor::evidence
