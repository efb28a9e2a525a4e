#include "lab/negotiation.h"

#include <doctest/doctest.h>

namespace rdpdoctor::lab {
namespace {

using namespace wire;

constexpr std::uint32_t all = PROTOCOL_SSL | PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX;

// The selected protocol, or nothing for a failure or a bare confirm.
std::optional<std::uint32_t> selected(const Behaviour& behaviour, std::uint32_t requested) {
  const auto answer = answer_to({.routing = "", .negotiation = RdpNegReq{0, requested}}, behaviour);
  const auto* response = std::get_if<RdpNegRsp>(&answer.negotiation);
  return response ? std::optional(response->selected_protocol) : std::nullopt;
}

std::uint32_t failure(const Behaviour& behaviour, std::optional<std::uint32_t> requested) {
  ConnectionRequest request;
  if (requested) request.negotiation = RdpNegReq{0, *requested};
  const auto answer = answer_to(request, behaviour);
  const auto* refused = std::get_if<RdpNegFailure>(&answer.negotiation);
  return refused ? refused->failure_code : 0;
}

bool bare_confirm(const Behaviour& behaviour, const ConnectionRequest& request) {
  return std::holds_alternative<std::monostate>(answer_to(request, behaviour).negotiation);
}

}  // namespace

TEST_CASE("the strongest common protocol is selected") {
  const Behaviour host{.nla_enforced = false};
  CHECK(selected(host, all) == PROTOCOL_HYBRID_EX);
  CHECK(selected(host, PROTOCOL_SSL | PROTOCOL_HYBRID) == PROTOCOL_HYBRID);
  CHECK(selected(host, PROTOCOL_SSL) == PROTOCOL_SSL);
  CHECK(selected(host, PROTOCOL_SSL | PROTOCOL_RDSTLS) == PROTOCOL_SSL);
  CHECK(failure(host, PROTOCOL_RDP) == 1);
  CHECK(failure(host, PROTOCOL_RDSAAD) == 1);
}

TEST_CASE("an NLA-enforcing host refuses whatever lacks HYBRID with 5") {
  const Behaviour host;
  CHECK(selected(host, all) == PROTOCOL_HYBRID_EX);
  CHECK(selected(host, PROTOCOL_HYBRID) == PROTOCOL_HYBRID);
  CHECK(failure(host, PROTOCOL_SSL) == 5);
  CHECK(failure(host, PROTOCOL_RDP) == 5);
  CHECK(failure(host, PROTOCOL_SSL | PROTOCOL_RDSTLS) == 5);
  CHECK(failure(host, std::nullopt) == 5);
}

TEST_CASE("a TLS-only server answers SSL to a request for HYBRID too") {
  const Behaviour host{.protocols = PROTOCOL_SSL, .nla_enforced = false};
  CHECK(selected(host, all) == PROTOCOL_SSL);
  CHECK(failure(host, PROTOCOL_HYBRID) == 1);
  CHECK(failure(host, PROTOCOL_RDP) == 1);
}

TEST_CASE("RDSTLS and RDSAAD are selected only where they are supported") {
  const Behaviour host{.protocols = PROTOCOL_SSL | PROTOCOL_RDSTLS | PROTOCOL_RDSAAD, .nla_enforced = false};
  CHECK(selected(host, PROTOCOL_SSL | PROTOCOL_RDSTLS) == PROTOCOL_RDSTLS);
  CHECK(selected(host, PROTOCOL_RDSAAD) == PROTOCOL_RDSAAD);
}

TEST_CASE("a host with RDP security alone selects it whatever is asked") {
  const Behaviour host{.protocols = 0, .rdp_security = true, .nla_enforced = false};
  CHECK(selected(host, all) == PROTOCOL_RDP);
  CHECK(selected(host, PROTOCOL_RDP) == PROTOCOL_RDP);
  CHECK(bare_confirm(host, {}));
}

TEST_CASE("a host with RDP security besides TLS selects it when nothing else is asked") {
  const Behaviour host{.rdp_security = true, .nla_enforced = false};
  CHECK(selected(host, PROTOCOL_RDP) == PROTOCOL_RDP);
  CHECK(selected(host, PROTOCOL_SSL) == PROTOCOL_SSL);
  CHECK(failure(host, PROTOCOL_RDSAAD) == 1);
}

TEST_CASE("each negotiation failure is sent as it is, known or not") {
  for (std::uint32_t code : {1U, 2U, 3U, 4U, 5U, 6U, 0x2AU, 0xFFFFFFFFU}) {
    CHECK(failure(Behaviour{.failure = code}, all) == code);
    CHECK(failure(Behaviour{.failure = code}, PROTOCOL_RDP) == code);
    CHECK(failure(Behaviour{.failure = code}, std::nullopt) == code);
  }
}

TEST_CASE("a failure can spare requests for RDP security") {
  const Behaviour host{
      .protocols = 0, .rdp_security = true, .nla_enforced = false, .failure = 2, .failure_spares_rdp = true};
  CHECK(failure(host, all) == 2);
  CHECK(failure(host, PROTOCOL_SSL) == 2);
  CHECK(selected(host, PROTOCOL_RDP) == PROTOCOL_RDP);
}

TEST_CASE("an old host's confirm carries no negotiation part") {
  const Behaviour host{.confirm_without_negotiation = true};
  CHECK(bare_confirm(host, {.routing = "", .negotiation = RdpNegReq{0, all}}));
  CHECK(bare_confirm(host, {}));
}

}  // namespace rdpdoctor::lab
