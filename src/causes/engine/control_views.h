// What else of the host answers, or does not, when its port gives no connection: other ports and ICMP echo.
// All pure.
#pragma once

#include <string>
#include <vector>

#include "causes/engine/hops.h"
#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// What was asked beside the port, at the address under test, and answered.
struct SignsOfLife {
  std::vector<std::uint16_t> open;      // ports that connected
  std::vector<std::uint16_t> refusing;  // ports that gave RST, or whose own host said no by ICMP
  std::vector<std::uint16_t> silent;
  std::vector<std::string> denied;  // "445 by ICMP 3/13 from 10.0.0.1": the network's word, not the host's
  std::uint32_t echoes_sent = 0;    // small ones
  std::uint32_t echoes_answered = 0;
  std::string echo_problem;  // why echoes could not be sent; "" if they could, or were not tried
  bool echo_tried = false;   // false too where this machine may not send any
  [[nodiscard]] bool asked() const { return ports_asked() || echo_tried; }
  [[nodiscard]] bool ports_asked() const {
    return !open.empty() || !refusing.empty() || !silent.empty() || !denied.empty();
  }
  [[nodiscard]] bool any() const { return surely() || !refusing.empty(); }
  // Another port's connection or refusal: so the way to the address is there.
  [[nodiscard]] bool by_tcp() const { return !open.empty() || !refusing.empty(); }
  [[nodiscard]] bool surely() const { return !open.empty() || echoes_answered > 0; }
};
[[nodiscard]] SignsOfLife signs_of_life(const CaseFile& c);

// What answers, for people: "445 and 135 connect, 443 refuses, ICMP echo answers". And what does not.
[[nodiscard]] std::string answering_words(const SignsOfLife& signs);
[[nodiscard]] std::string silent_words(const SignsOfLife& signs);  // "445, 135 and ICMP echo"

// Who sent the RSTs to our SYNs: their TTL against those of the host's SYN-ACKs from other ports, and of its
// echo answers.
struct RefusalSender {
  Compared where = Compared::not_told;
  std::uint32_t reset_ttl = 0;
  std::uint32_t host_ttl = 0;
  bool by_echo = false;    // the host's distance is that of its echo answers, else of a SYN-ACK
  bool unwatched = false;  // packets could not be watched
};
[[nodiscard]] RefusalSender refusal_sender(const CaseFile& c, const Connections& refused);

// What accepts connections is nearer than what answers echoes at the same address: something on the way
// accepts for it. "what accepts is 1 hop away (TTL 63), what answers ICMP echo is 4 hops away (TTL 124)"; ""
// otherwise.
[[nodiscard]] std::string accepted_nearer_words(const CaseFile& c, const Connections& accepted);

// How far the machine is that answers echoes at the address under test; none if none did.
[[nodiscard]] std::optional<std::uint32_t> echo_ttl(const CaseFile& c);

}  // namespace rdpdoctor::causes
