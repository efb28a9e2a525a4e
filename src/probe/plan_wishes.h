// For the files of the plan: what became of an attempt, and the list of attempts that are wished for.
#pragma once

#include <algorithm>
#include <string_view>

#include "evidence/case_file.h"
#include "wire/x224.h"

namespace rdpdoctor::probe {

using evidence::Asked;
using evidence::CaseFile;
using evidence::Connection;

inline constexpr std::uint32_t standard_protocols =
    wire::PROTOCOL_SSL | wire::PROTOCOL_HYBRID | wire::PROTOCOL_HYBRID_EX;
// Every path carries segments of this size: RFC 9293 3.7.1.
inline constexpr std::uint32_t least_segment = 536;

[[nodiscard]] bool over(const Connection& c);
[[nodiscard]] bool x224_answered(const Connection& c);
[[nodiscard]] bool tls_passed(const Connection& c);  // what it asked of TLS was answered whole
[[nodiscard]] bool tls_ended(const Connection& c);   // it ended, or stayed silent, without that
[[nodiscard]] bool nla_failed(const Connection& c);
[[nodiscard]] bool dropped_at_tcp(const Connection& c);
[[nodiscard]] bool dropped_at_x224(const Connection& c);
// An experiment on the path, not on what the host answers: padded, in drips, or by bounded segments.
[[nodiscard]] bool sizes_differ(const Asked& asked);

[[nodiscard]] const Connection* find(const CaseFile& c, std::string_view what);
// The attempt that the others stand beside: the one to the address that answers, once it was made.
[[nodiscard]] const Connection* main_attempt(const CaseFile& c);

template <class Holds>
[[nodiscard]] bool any_connection(const CaseFile& c, Holds holds) {
  return std::any_of(c.connections.begin(), c.connections.end(), holds);
}

// Asks questions of one kind, skipping those that were asked already.
class Wishes {
 public:
  explicit Wishes(const CaseFile& c) : case_(c) {}

  void standard(std::string_view what, const std::string& address);
  void negotiation(std::string_view what, const std::string& address, std::optional<std::uint32_t> protocols,
                   bool cookie = true, bool proxy_header = false);
  void hello(std::string_view offer, const std::string& address, std::string_view suffix = "");
  void hello_first(const std::string& address);
  // A TLS handshake and nothing after it.
  void handshake(std::string_view what, const std::string& address,
                 std::uint32_t protocols = standard_protocols);
  // A TLS handshake by this system's own TLS.
  void system_tls(const std::string& address);
  // As a client that was given the address for a name: neither cookie nor SNI.
  void by_address(const std::string& address);
  // With segments of at most `size` bytes: a handshake, or one ClientHello.
  void bounded_handshake(std::string_view what, const std::string& address, std::uint32_t size);
  void bounded_hello(std::string_view what, std::string_view offer, const std::string& address,
                     std::uint32_t size);

  [[nodiscard]] bool empty() const { return list_.empty(); }
  std::vector<Asked> take() { return std::move(list_); }

 private:
  void add(Asked asked);

  const CaseFile& case_;
  std::vector<Asked> list_;
};

}  // namespace rdpdoctor::probe
