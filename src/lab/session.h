// One connection of the acting host: X.224, then TLS, then the first CredSSP rounds, left wherever the
// behaviour says. A Machine: no socket, no clock. It trusts no client: 128 KiB in all and ten minutes are the
// most that one gets.
#pragma once

#include <memory>
#include <optional>

#include "lab/certificate.h"
#include "lab/nla_server.h"
#include "net/machine.h"
#include "wire/tls_session.h"
#include "wire/tpkt.h"
#include "wire/x224.h"

namespace rdpdoctor::lab {

inline constexpr std::size_t most_from_a_client = std::size_t{128} * 1024;
inline constexpr std::chrono::minutes longest_session{10};

struct SessionContext {
  Behaviour behaviour;
  std::shared_ptr<const Identity> identity;
  Instant wall_clock;  // at `start`, so that the session need not read a clock
  Moment start;
  bool fails = false;  // reset after its request: one of the ill ones of an intermittent host
};

class Session : public net::Machine {
 public:
  explicit Session(SessionContext context);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  net::Step connected(Moment now) override;
  net::Step received(View bytes, Moment now) override;
  net::Step woken(Moment now) override;
  void ended(net::Ending how, Moment now) override;

 private:
  enum class State { foreign, proxy_header, request, endless, hello, tls, rdp_security, ignoring, over };

  net::Step react(View bytes, Moment now);
  net::Step in_proxy_header(View bytes, Moment now);
  net::Step in_request(View bytes, Moment now);
  net::Step without_request(Moment now);
  net::Step answer(const wire::ConnectionRequest& request);
  net::Step confirm(const wire::ConnectionRequest& request);
  net::Step in_hello(View bytes, Moment now);
  net::Step start_tls(Moment now);
  net::Step in_tls(View bytes, Moment now);
  net::Step in_nla(Moment now);

  net::Step leave(Leave how);
  net::Step deliver(net::Step step, Moment now);
  net::Step trickle(net::Step step, Moment now);

  SessionContext context_;
  const Behaviour& behaviour_ = context_.behaviour;
  State state_ = State::request;
  std::size_t received_ = 0;
  Bytes buffer_;  // of the PROXY line or the ClientHello, while incomplete
  wire::TpktFramer framer_;
  bool nla_ = false;
  std::optional<wire::TlsSession> tls_;
  NlaServer nla_server_;

  Bytes waiting_;  // trickle: not yet sent
  net::Step::Close then_close_ = net::Step::Close::no;
  Moment next_byte_{};
};

}  // namespace rdpdoctor::lab
