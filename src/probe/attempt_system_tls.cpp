// The TLS stage of an attempt by the system's own TLS (Schannel), beside the ones by OpenSSL: what the policy
// of this machine lets a client do.
#include "base/text.h"
#include "codes/registry.h"
#include "fmt/core.h"
#include "probe/attempt.h"
#include "probe/pdu_words.h"

namespace rdpdoctor::probe {

using evidence::TlsOutcome;
using net::Step;

namespace {

constexpr std::uint8_t fatal = 2;  // RFC 8446 6

}  // namespace

Step Attempt::start_system_handshake(Moment now) {
  if (context_.system_tls) system_tls_ = context_.system_tls(context_.server_name);
  if (!system_tls_) {
    facts_.tls.outcome = TlsOutcome::failed_here;
    facts_.tls.problem = "this system has no TLS of its own";
    return finish();
  }
  state_ = State::system_handshake;
  Step begun = wait(context_.waits.tls, now);
  Step step = system_step(system_tls_->begin(), now);
  facts_.tls.hello_bytes = step.send.size();
  if (step.close == Step::Close::no) step.wake = begun.wake;
  return step;
}

Step Attempt::in_system_handshake(View bytes, Moment now) {
  facts_.tls.bytes += bytes.size();
  watcher_.feed(bytes);
  facts_.tls.server_hello_seen = watcher_.server_hello().has_value();
  return system_step(system_tls_->received(bytes), now);
}

Step Attempt::system_step(TokenHandshake::Step token, Moment now) {
  using Token = TokenHandshake::Step::State;
  if (!token.send.empty())
    note(fmt::format("→ TLS by this system ({})", count_of(token.send.size(), "byte")));
  // A fatal alert, or what is no TLS, is the end, also for a system that would wait for more.
  const auto& alert = watcher_.alert();
  bool not_tls = watcher_.error() && !watcher_.server_hello();
  bool ended = token.state != Token::going_on || not_tls || (alert && alert->level == fatal);
  Step step;
  if (ended) {
    facts_.tls.ms = since_stage(now);
    step = finish();
    if (token.state == Token::completed)
      system_handshake_done();
    else
      system_handshake_failed(token);
  }
  step.send = std::move(token.send);
  return step;
}

void Attempt::system_handshake_done() {
  TokenHandshake::Agreed agreed = system_tls_->agreed();
  facts_.tls.outcome = TlsOutcome::completed;
  facts_.tls.version = agreed.version;
  facts_.tls.cipher = std::move(agreed.cipher);
  note("← " + words_of(watcher_));
}

void Attempt::system_handshake_failed(const TokenHandshake::Step& token) {
  if (facts_.tls.bytes != 0) note("← " + words_of(watcher_));
  facts_.tls.outcome = TlsOutcome::failed_here;
  if (watcher_.alert()) {
    facts_.tls.outcome = TlsOutcome::alert;
    facts_.tls.alert = watcher_.alert()->description;
  } else if (watcher_.error() && !watcher_.server_hello()) {
    facts_.tls.outcome = TlsOutcome::not_tls;
    facts_.tls.problem = to_text(*watcher_.error());
  }
  if (token.state != TokenHandshake::Step::State::failed) return;
  facts_.tls.system_status = token.status;
  facts_.tls.problem = token.problem;
  if (facts_.tls.problem.empty()) facts_.tls.problem = codes::name_or_empty("schannel", token.status);
  if (facts_.tls.problem.empty()) facts_.tls.problem = fmt::format("0x{:08X}", token.status);
  note("  TLS by this system failed: " + facts_.tls.problem);
}

}  // namespace rdpdoctor::probe
