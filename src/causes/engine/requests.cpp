#include "causes/engine/requests.h"

#include "causes/engine/tcp_views.h"

namespace rdpdoctor::causes {

using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

namespace {

// The first group of equals of which some passed and some failed.
template <class Equal>
std::optional<Split> first_split(const Connections& list, Equal equal, const Predicate& passed,
                                 const Predicate& failed) {
  for (const Connection* one : list) {
    Connections group = filter(list, [&](const Connection& other) { return equal(*one, other); });
    Split split{filter(group, passed), filter(group, failed)};
    if (!split.passed.empty() && !split.failed.empty()) return split;
  }
  return std::nullopt;
}

bool tcp_failed(const Connection& c) {
  switch (c.tcp.outcome) {
    case TcpOutcome::refused:
    case TcpOutcome::timed_out:
    case TcpOutcome::host_unreachable:
    case TcpOutcome::network_unreachable:
    case TcpOutcome::prohibited: return true;
    default: return false;
  }
}

bool x224_failed(const Connection& c) {
  switch (c.x224.outcome) {
    case X224Outcome::closed:
    case X224Outcome::reset:
    case X224Outcome::silent:
    case X224Outcome::not_rdp:
    case X224Outcome::malformed: return true;
    default: return c.tcp.outcome == TcpOutcome::reset;
  }
}

bool tls_failed(const Connection& c) {
  return tls_cut(c) || (tls_tried(c) && c.tls.outcome == TlsOutcome::silent && !tls_answered(c));
}

bool same_hello(const Connection& a, const Connection& b) {
  return same_request(a, b) && a.asked.tls == b.asked.tls;
}

std::optional<unsigned> hex_digit(char c) {
  if ('0' <= c && c <= '9') return static_cast<unsigned>(c - '0');
  if ('a' <= c && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if ('A' <= c && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

}  // namespace

bool same_request(const Connection& a, const Connection& b) {
  return a.asked.address == b.asked.address && a.asked.protocols == b.asked.protocols &&
         a.asked.cookie == b.asked.cookie && a.asked.proxy_header == b.asked.proxy_header;
}

std::optional<Split> split_at_tcp(const CaseFile& c) {
  auto same_address = [](const Connection& a, const Connection& b) {
    return a.asked.address == b.asked.address;
  };
  return first_split(finished(c), same_address, tcp_up, tcp_failed);
}

std::optional<Split> split_at_x224(const CaseFile& c) {
  return first_split(finished(c), same_request, x224_answered, x224_failed);
}

std::optional<Split> split_at_tls(const CaseFile& c) {
  return first_split(finished(c, tls_tried), same_hello, tls_answered, tls_failed);
}

bool unending_answer(const Connection& c) {
  if (c.x224.outcome != X224Outcome::malformed) return false;
  std::vector<unsigned> digits;
  for (char ch : c.x224.first_bytes) {
    if (auto d = hex_digit(ch); d && digits.size() < 8) digits.push_back(*d);
  }
  if (digits.size() < 8 || digits[0] * 16 + digits[1] != 3) return false;
  unsigned length = digits[4] << 12 | digits[5] << 8 | digits[6] << 4 | digits[7];
  return length > 1024;
}

}  // namespace rdpdoctor::causes
