#include "causes/engine/udp_views.h"

#include "evidence/json.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::UdpOutcome;

namespace {

constexpr std::uint32_t version_3 = 0x0101;
constexpr std::uint32_t client_size = 1232;  // what a client pads its SYN to, [MS-RDPEUDP] 3.1.5.1.1
constexpr std::uint32_t least_size = 1132;

bool told(const UdpExchange& u) {
  switch (u.outcome) {
    case UdpOutcome::waiting:
    case UdpOutcome::not_permitted:
    case UdpOutcome::failed: return false;
    default: return u.version != version_3;
  }
}

}  // namespace

Exchanges udp_tried(const CaseFile& c) {
  Exchanges out;
  for (const UdpExchange& u : c.udp) {
    if (told(u)) out.push_back(&u);
  }
  return out;
}

Exchanges filter(const Exchanges& list, const UdpPredicate& which) {
  Exchanges out;
  for (const UdpExchange* u : list) {
    if (which(*u)) out.push_back(u);
  }
  return out;
}

bool udp_answered(const UdpExchange& u) {
  return u.outcome == UdpOutcome::answered;
}

bool udp_silent(const UdpExchange& u) {
  return u.outcome == UdpOutcome::silent;
}

bool udp_in_pieces(const UdpExchange& u) {
  return u.what == "in pieces";
}

bool udp_whole(const UdpExchange& u) {
  return u.datagram_bytes == client_size && !udp_in_pieces(u);
}

bool udp_allowed_size(const UdpExchange& u) {
  return least_size <= u.datagram_bytes;
}

bool udp_small(const UdpExchange& u) {
  return !udp_allowed_size(u);
}

bool by_the_host(const UdpExchange& u) {
  const evidence::Icmp* icmp = u.icmp.get();
  return icmp && icmp->from == u.address;
}

std::string udp_icmp_words(const UdpExchange& u) {
  const evidence::Icmp* icmp = u.icmp.get();
  if (!icmp) return "";
  return fmt::format("ICMP {}/{}{}", icmp->type, icmp->code, icmp->from.empty() ? "" : " from " + icmp->from);
}

std::optional<Verdict> udp_is_no_matter(const CaseFile& c) {
  if (std::optional<Stage> stage = failing_stage(c)) {
    return excluded(
        fmt::format("the client opens UDP only after the main connection stands, and that fails before ({})",
                    evidence::name_of(*stage)));
  }
  if (!udp_tried(c).empty()) return std::nullopt;
  for (const UdpExchange& u : c.udp) {
    if (u.outcome == UdpOutcome::not_permitted) {
      return needs("a UDP probe: this machine's own policy lets none out");
    }
  }
  return needs(need::udp);
}

}  // namespace rdpdoctor::causes
