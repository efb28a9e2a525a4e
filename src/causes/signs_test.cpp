// Every sign leads to a cause, or it is said here why to none; and what causes name exists.
#include "codes/signs.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "causes/engine/cause.h"

namespace rdpdoctor::causes {
namespace {

const std::map<std::string_view, std::string_view> without_cause{
    {"mstsc-low-memory", "the client computer's memory is no cause of the catalogue"},
    {"mstsc-smart-card", "the client's smart cards are no cause of the catalogue"},
    {"idle-limit", "an idle limit ends a session as it was told to"},
    {"ended-by-administrator", "a session that was ended on purpose is no fault"},
    {"event-36888", "the number of the alert, which stands in the same text, says what it was"},
};

}  // namespace

TEST_CASE("every sign is tied to a cause, or listed with why it is not") {
  std::set<std::string_view> tied;
  for (const Cause& cause : all_causes()) {
    for (const SignFit& fit : cause.signs) tied.insert(fit.sign);
  }
  for (const auto& sign : codes::all_signs()) {
    INFO(sign.id);
    CHECK(tied.contains(sign.id) != without_cause.contains(sign.id));
  }
}

TEST_CASE("the signs that causes name exist, once each, with a clause that says why and never as proof") {
  for (const Cause& cause : all_causes()) {
    std::set<std::string_view> seen;
    for (const SignFit& fit : cause.signs) {
      INFO(cause.id, ": ", fit.sign);
      CHECK(codes::find_sign(fit.sign) != nullptr);
      CHECK(seen.insert(fit.sign).second);
      CHECK(fit.certainty != Certainty::proven);
      CHECK_FALSE(fit.why.empty());
      CHECK_FALSE(fit.why.ends_with('.'));
    }
  }
}

}  // namespace rdpdoctor::causes
