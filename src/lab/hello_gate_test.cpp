#include "lab/hello_gate.h"

#include <doctest/doctest.h>

#include <utility>

#include "wire/tls_hello.h"

namespace rdpdoctor::lab {
namespace {

Bytes hello(std::string_view offer) {
  return wire::client_hello_record(wire::hello_offer(offer), Bytes(32, 7));
}

// The first verdict but "wait" for these bytes one at a time, and after how many.
std::pair<Gate, std::size_t> one_by_one(const Behaviour& behaviour, View stream) {
  for (std::size_t n = 1; n <= stream.size(); ++n) {
    const Gate gate = judge_hello(behaviour, stream.first(n), n == 1);
    if (gate != Gate::wait) return {gate, n};
  }
  return {Gate::wait, stream.size()};
}

}  // namespace

TEST_CASE("a host without a fault passes everything on at once") {
  CHECK(one_by_one(Behaviour{}, hello("modern")) == std::pair(Gate::pass, std::size_t{1}));
}

TEST_CASE("an unusable key acts on any whole record, and at once on what is none") {
  const Behaviour behaviour{.at_hello = Leave::reset};
  for (const Bytes& record : {hello("modern"), hello("small"), wire::not_a_hello_record(300)}) {
    CHECK(judge_hello(behaviour, record, true) == Gate::act);
    CHECK(one_by_one(behaviour, record) == std::pair(Gate::act, record.size()));
  }
  CHECK(judge_hello(behaviour, Bytes{'G'}, true) == Gate::act);
  CHECK(judge_hello(behaviour, Bytes{0x16, 3, 1, 0xFF, 0xFF}, true) == Gate::act);
}

TEST_CASE("a content filter acts on ClientHellos alone, in any pieces") {
  const Behaviour behaviour{.at_hello = Leave::reset, .only_hellos = true};
  CHECK(judge_hello(behaviour, hello("modern"), true) == Gate::act);
  CHECK(one_by_one(behaviour, hello("modern")) == std::pair(Gate::act, std::size_t{6}));
  CHECK(judge_hello(behaviour, wire::not_a_hello_record(300), true) == Gate::pass);
  CHECK(judge_hello(behaviour, Bytes{'G', 'E', 'T'}, true) == Gate::pass);
}

TEST_CASE("a content filter without reassembly is passed by a split header") {
  const Behaviour behaviour{.at_hello = Leave::reset, .only_hellos = true, .whole_hello_only = true};
  const Bytes record = hello("modern");
  CHECK(judge_hello(behaviour, record, true) == Gate::act);
  CHECK(judge_hello(behaviour, View(record).first(6), true) == Gate::act);
  CHECK(judge_hello(behaviour, View(record).first(5), true) == Gate::pass);
  CHECK(judge_hello(behaviour, record, false) == Gate::pass);
}

TEST_CASE("a host that needs SHA-1 resets offers without it and nothing else") {
  const Behaviour behaviour{.needs_sha1 = true};
  CHECK(act_of(behaviour) == Leave::reset);
  CHECK(judge_hello(behaviour, hello("modern"), true) == Gate::act);
  CHECK(judge_hello(behaviour, hello("no-sha1"), true) == Gate::act);
  CHECK(judge_hello(behaviour, hello("wide"), true) == Gate::pass);
  CHECK(judge_hello(behaviour, hello("tls1.0"), true) == Gate::pass);
  CHECK(judge_hello(behaviour, wire::not_a_hello_record(300), true) == Gate::pass);
  const Bytes record = hello("modern");
  CHECK(one_by_one(behaviour, record) == std::pair(Gate::act, record.size()));
}

}  // namespace rdpdoctor::lab
