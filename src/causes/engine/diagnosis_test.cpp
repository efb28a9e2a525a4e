#include "causes/engine/diagnosis.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {
namespace {

using namespace evidence;

CaseFile refused(std::optional<Complaint> complaint = std::nullopt) {
  CaseFile c;
  c.complaint = complaint;
  c.name.outcome = NameOutcome::literal;
  c.target.host = "10.0.0.5";
  c.target.is_address = true;
  for (int i = 1; i <= 3; ++i) {
    Connection k;
    k.number = i;
    k.asked = {.address = "10.0.0.5", .what = i == 1 ? "standard" : "standard again " + std::to_string(i)};
    k.tcp.outcome = TcpOutcome::refused;
    k.tcp.icmp = Reading<Icmp>::absent();
    k.ending = Ending::error;
    c.connections.push_back(k);
  }
  return c;
}

bool any_text(const RankedCause& r, std::string_view part) {
  return std::any_of(r.found.evidence.begin(), r.found.evidence.end(),
                     [&](auto& line) { return line.text.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("a code that names its cause raises it even when nothing could be probed") {
  CaseFile c;
  c.complaint = Complaint{0xD07, std::nullopt};
  Diagnosis d = diagnose(c);
  REQUIRE_FALSE(d.causes.empty());
  CHECK(d.causes[0].cause->id == "account-locked");
  CHECK(d.causes[0].found.certainty == Certainty::likely);
}

TEST_CASE("a code that many causes share raises none of them") {
  CaseFile c;
  c.complaint = Complaint{0x904, 7};
  CHECK(diagnose(c).causes.empty());
}

TEST_CASE("what stops the probe explains the failure even when the code says otherwise, and that is said") {
  Diagnosis d = diagnose(refused(Complaint{0x904, 7}));
  REQUIRE_FALSE(d.causes.empty());
  CHECK(d.causes[0].cause->id == "port-closed");
  CHECK(d.causes[0].found.explains);
  CHECK(any_text(d.causes[0], "0x904 is not what a client shows for this"));
  Diagnosis fitting = diagnose(refused(Complaint{0x204, std::nullopt}));
  CHECK(any_text(fitting.causes.at(0), "0x204 fits"));
}

TEST_CASE("every cause gets exactly one verdict") {
  Diagnosis d = diagnose(refused());
  std::size_t folded = 0;
  for (const auto& r : d.causes) folded += r.folded.size();
  CHECK(d.causes.size() + folded + d.excluded.size() + d.untested.size() == all_causes().size());
  CHECK(d.health == Health::failing);
}

TEST_CASE("causes that explain come first, then the surer ones") {
  Diagnosis d = diagnose(refused());
  for (std::size_t i = 1; i < d.causes.size(); ++i) {
    const Found& a = d.causes[i - 1].found;
    const Found& b = d.causes[i].found;
    CHECK(std::tuple(!a.explains, a.certainty) <= std::tuple(!b.explains, b.certainty));
  }
}

TEST_CASE("of causes that a log makes possible those that fit more of it come first") {
  CaseFile c;
  c.told = {{.source = "a.log", .line = 1, .family = "freerdp", .value = 0x20008, .words = "x"},
            {.source = "a.log", .line = 2, .sign = "tls-handshake-failed", .words = "x"}};
  auto d = diagnose(c);
  REQUIRE(d.causes.size() > 3);
  CHECK(d.causes[0].cause->id == "certificate-key-unusable");
  CHECK(std::ranges::any_of(d.causes, [](auto& r) { return r.cause->id == "reset-in-path"; }));
  for (std::size_t i = 1; i < d.causes.size(); ++i)
    CHECK(d.causes[i].found.evidence.size() <= d.causes[i - 1].found.evidence.size());
}

TEST_CASE("an interrupted run that saw nothing wrong is not called healthy") {
  CaseFile c;
  c.run.interrupted = true;
  Connection k;
  k.asked.what = "standard";
  k.ending = Ending::unfinished;
  c.connections.push_back(k);
  CHECK(diagnose(c).health == Health::unknown);
}

TEST_CASE("sources name single attempts, pairs and runs of them") {
  std::vector<Connection> list(7);
  for (int i = 0; i < 7; ++i) list[static_cast<std::size_t>(i)].number = i + 1;
  auto at = [&](std::initializer_list<std::size_t> numbers) {
    Connections out;
    for (std::size_t n : numbers) out.push_back(&list[n - 1]);
    return source("tls", out);
  };
  CHECK(at({2}) == "probe tls #2");
  CHECK(at({2, 3}) == "probe tls #2, #3");
  CHECK(at({5, 1, 2, 3, 7}) == "probe tls #1–#3, #5, #7");
}

}  // namespace rdpdoctor::causes
