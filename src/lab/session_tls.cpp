// The TLS and CredSSP stages of a session.
#include <algorithm>
#include <utility>

#include "lab/hello_gate.h"
#include "lab/session.h"

namespace rdpdoctor::lab {

using net::Step;

namespace {

constexpr std::uint16_t tls12 = 0x0303;
// What a host from before 2009 would share: no forward secrecy to speak of, CBC and SHA-1.
constexpr const char* legacy_ciphers =
    "DES-CBC3-SHA:AES128-SHA:AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA";

wire::TlsServerOptions options_of(const Behaviour& behaviour, const Identity& identity) {
  wire::TlsServerOptions options{.min_version = behaviour.tls_min,
                                 .max_version = behaviour.tls_max,
                                 .certificate_der = identity.certificate_der,
                                 .private_key_der = identity.private_key_der};
  if (behaviour.legacy_ciphers_only) {
    options.cipher_list = legacy_ciphers;
    options.max_version = std::min(options.max_version, tls12);  // the suites of TLS 1.3 are another list
  }
  return options;
}

}  // namespace

Step Session::in_hello(View bytes, Moment now) {
  const bool whole = buffer_.empty();
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  switch (judge_hello(behaviour_, buffer_, whole)) {
    case Gate::wait: return {};
    case Gate::act: buffer_ = {}; return leave(act_of(behaviour_));
    case Gate::pass: break;
  }
  return start_tls(now);
}

Step Session::start_tls(Moment now) {
  auto session = wire::TlsSession::server(options_of(behaviour_, *context_.identity));
  if (!session) return leave(Leave::reset);
  tls_.emplace(std::move(*session));
  state_ = State::tls;
  const Bytes so_far = std::exchange(buffer_, {});
  return in_tls(so_far, now);
}

Step Session::in_tls(View bytes, Moment now) {
  tls_->received(bytes);
  Step step = in_nla(now);
  if (step.close == Step::Close::no && (tls_->failed() || tls_->peer_closed())) step = leave(Leave::fin);
  if (step.close != Step::Close::reset) step.send = tls_->to_send();
  return step;
}

// What the client says inside TLS. Without NLA that is MCS, and as far as it goes.
Step Session::in_nla(Moment now) {
  const Bytes plain = tls_->read();
  if (plain.empty()) return {};
  if (!nla_) return leave(Leave::fin);
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - context_.start);
  const auto answer = nla_server_.received(plain, Instant{context_.wall_clock.ms + elapsed.count()});
  if (!answer.plain.empty()) tls_->write(answer.plain);
  if (answer.leave == Leave::go_on) return {};
  if (answer.leave != Leave::alert) return leave(answer.leave);
  tls_->close();
  return leave(Leave::fin);
}

}  // namespace rdpdoctor::lab
