#include "probe/plan_wishes.h"

namespace rdpdoctor::probe {

using evidence::Ending;
using evidence::NlaOutcome;
using evidence::TcpOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

bool over(const Connection& c) {
  return c.ending != Ending::open;
}

bool x224_answered(const Connection& c) {
  return c.x224.outcome == X224Outcome::confirmed || c.x224.outcome == X224Outcome::negotiation_failure;
}

bool tls_passed(const Connection& c) {
  return c.tls.outcome == TlsOutcome::completed || c.tls.outcome == TlsOutcome::server_hello;
}

bool tls_ended(const Connection& c) {
  TlsOutcome o = c.tls.outcome;
  return o == TlsOutcome::alert || o == TlsOutcome::closed || o == TlsOutcome::reset ||
         o == TlsOutcome::silent || o == TlsOutcome::not_tls || o == TlsOutcome::failed_here;
}

bool nla_failed(const Connection& c) {
  return c.nla.outcome != NlaOutcome::not_tried && c.nla.outcome != NlaOutcome::waiting &&
         c.nla.outcome != NlaOutcome::challenged;
}

bool dropped_at_tcp(const Connection& c) {
  return over(c) && c.ending != Ending::unfinished && c.tcp.outcome != TcpOutcome::connected;
}

bool dropped_at_x224(const Connection& c) {
  return c.x224.outcome == X224Outcome::closed || c.x224.outcome == X224Outcome::reset ||
         c.x224.outcome == X224Outcome::silent;
}

bool sizes_differ(const Asked& asked) {
  return asked.max_segment != 0 || asked.tls == "padded" || asked.tls == "bulk" || asked.tls == "drip";
}

const Connection* find(const CaseFile& c, std::string_view what) {
  for (const Connection& conn : c.connections) {
    if (conn.asked.what == what) return &conn;
  }
  return nullptr;
}

const Connection* main_attempt(const CaseFile& c) {
  const Connection* elsewhere = find(c, "standard elsewhere");
  return elsewhere ? elsewhere : find(c, "standard");
}

void Wishes::standard(std::string_view what, const std::string& address) {
  add({.address = address,
       .what = std::string(what),
       .protocols = standard_protocols,
       .tls = "handshake",
       .nla = true});
}

void Wishes::negotiation(std::string_view what, const std::string& address,
                         std::optional<std::uint32_t> protocols, bool cookie, bool proxy_header) {
  add({.address = address,
       .what = std::string(what),
       .cookie = cookie,
       .proxy_header = proxy_header,
       .protocols = protocols,
       .tls = "",
       .nla = false});
}

void Wishes::hello(std::string_view offer, const std::string& address, std::string_view suffix) {
  add({.address = address,
       .what = "hello " + std::string(offer) + std::string(suffix),
       .protocols = standard_protocols,
       .tls = std::string(offer),
       .nla = false});
}

void Wishes::hello_first(const std::string& address) {
  add({.address = address,
       .what = "hello first",
       .cookie = false,
       .protocols = std::nullopt,
       .tls = "first",
       .nla = false});
}

void Wishes::handshake(std::string_view what, const std::string& address, std::uint32_t protocols) {
  add({.address = address,
       .what = std::string(what),
       .protocols = protocols,
       .tls = "handshake",
       .nla = false});
}

void Wishes::system_tls(const std::string& address) {
  add({.address = address,
       .what = "system tls",
       .protocols = standard_protocols,
       .tls = "system",
       .nla = false});
}

void Wishes::by_address(const std::string& address) {
  add({.address = address,
       .what = "by address",
       .cookie = false,
       .server_name = false,
       .protocols = standard_protocols,
       .tls = "handshake",
       .nla = false});
}

void Wishes::bounded_handshake(std::string_view what, const std::string& address, std::uint32_t size) {
  add({.address = address,
       .what = std::string(what),
       .max_segment = size,
       .protocols = standard_protocols,
       .tls = "handshake",
       .nla = false});
}

void Wishes::bounded_hello(std::string_view what, std::string_view offer, const std::string& address,
                           std::uint32_t size) {
  add({.address = address,
       .what = std::string(what),
       .max_segment = size,
       .protocols = standard_protocols,
       .tls = std::string(offer),
       .nla = false});
}

void Wishes::add(Asked asked) {
  bool made = any_connection(case_, [&](const Connection& c) {
    return c.asked.what == asked.what && c.asked.address == asked.address;
  });
  if (!made) list_.push_back(std::move(asked));
}

}  // namespace rdpdoctor::probe
