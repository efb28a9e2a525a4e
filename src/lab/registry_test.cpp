#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "lab/fault.h"

namespace rdpdoctor::lab {
namespace {

std::string failing_places(const Behaviour& behaviour, std::uint64_t count) {
  std::string out;
  for (std::uint64_t n = 0; n < count; ++n) out += fails(behaviour, n) ? 'x' : '.';
  return out;
}

}  // namespace

TEST_CASE("every fault has an id of its own and a title") {
  std::set<std::string_view> ids;
  CHECK(50 <= all_faults().size());
  for (const Fault& fault : all_faults()) {
    CAPTURE(fault.id);
    CHECK(ids.insert(fault.id).second);
    CHECK_FALSE(fault.id.empty());
    CHECK_FALSE(fault.title.empty());
    CHECK(fault.title.size() <= 80);
    CHECK(fault.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
    CHECK(find_fault(fault.id) == &fault);
  }
}

TEST_CASE("the faults are in the order of their ids") {
  CHECK(std::ranges::is_sorted(all_faults(), {}, &Fault::id));
}

TEST_CASE("only faults named healthy, or only oddly delivered, expect nothing") {
  for (const Fault& fault : all_faults()) {
    CAPTURE(fault.id);
    const bool odd = fault.id == "slow-bytes" || fault.id == "big-certificate";
    CHECK(fault.expects.empty() == (fault.id.starts_with("healthy-") || odd));
  }
}

TEST_CASE("an unknown fault is not found") {
  CHECK(find_fault("no-such-fault") == nullptr);
}

TEST_CASE("failing connections are k of each n, at moving places") {
  CHECK(failing_places({.fail_of = 3, .fail_count = 1}, 9) == "..x.x.x..");
  CHECK(failing_places({.fail_of = 3, .fail_count = 2}, 9) == ".xxxx.x.x");
  CHECK(failing_places({}, 5) == ".....");
  CHECK(failing_places({.fail_of = 4, .fail_count = 0}, 5) == ".....");
  CHECK(failing_places({.fail_of = 2, .fail_count = 2}, 5) == "xxxxx");
}

}  // namespace rdpdoctor::lab
