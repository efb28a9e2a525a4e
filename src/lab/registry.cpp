// The faults by id, from the list that CMake makes of the file names in faults/.
#include <algorithm>

#include "lab/fault.h"

namespace rdpdoctor::lab {

std::vector<Fault> generated_list();  // defined by the generated file

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> sorted = [] {
    auto list = generated_list();
    std::ranges::sort(list, {}, &Fault::id);
    return list;
  }();
  return sorted;
}

const Fault* find_fault(std::string_view id) {
  const auto& all = all_faults();
  const auto found = std::ranges::find(all, id, &Fault::id);
  return found == all.end() ? nullptr : &*found;
}

// Block n begins n places later in the same ring: of 3, one failing: ..x .x. x.. and again.
bool fails(const Behaviour& behaviour, std::uint64_t arrival) {
  if (behaviour.fail_of == 0) return false;
  const std::uint64_t block = arrival / behaviour.fail_of;
  const std::uint64_t place = (arrival + block) % behaviour.fail_of;
  return behaviour.fail_of <= place + behaviour.fail_count;
}

}  // namespace rdpdoctor::lab
