// The NLA stage of an attempt: one CredSSP round without credentials, [MS-CSSP] 3.1.5.
#include "base/text.h"
#include "fmt/core.h"
#include "probe/attempt.h"
#include "probe/pdu_words.h"
#include "wire/credssp.h"

namespace rdpdoctor::probe {

using evidence::NlaOutcome;
using net::Step;

namespace {

constexpr std::size_t most_ts_request = 65536;

}  // namespace

Step Attempt::start_credssp(Moment now) {
  state_ = State::credssp;
  facts_.nla.outcome = NlaOutcome::waiting;
  wire::TsRequest request;
  if (auto first = token_.step({}); first.token_out)
    request.nego_tokens.push_back(std::move(*first.token_out));
  tls_->write(wire::encode(request));
  note(fmt::format("→ CredSSP TSRequest: version={}, negoTokens=NTLM NEGOTIATE", request.version));
  Step step = wait(context_.waits.nla, now);
  step.send = tls_->to_send();
  Step answered = in_credssp(now);  // bytes that came along with the end of the handshake
  if (answered.close != Step::Close::no) {
    step.send.insert(step.send.end(), answered.send.begin(), answered.send.end());
    step.close = answered.close;
    step.wake.reset();
  }
  return step;
}

Step Attempt::in_credssp(Moment now) {
  Bytes plain = tls_->read();
  plain_.insert(plain_.end(), plain.begin(), plain.end());
  if (auto size = wire::ts_request_size(plain_); !size || plain_.size() > most_ts_request) {
    facts_.nla.outcome = NlaOutcome::malformed;
    facts_.nla.problem = size ? "more than 64 KiB for one TSRequest" : to_text(size.error());
    facts_.nla.ms = since_stage(now);
    note("← broken TSRequest: " + facts_.nla.problem);
    return finish();
  } else if (*size && plain_.size() >= **size) {
    return credssp_answer(View(plain_).first(**size), now);
  }
  if (tls_->failed() || tls_->peer_closed()) {
    facts_.nla.outcome = tls_->peer_closed() ? NlaOutcome::closed : NlaOutcome::alert;
    facts_.nla.problem = tls_->failure();
    facts_.nla.ms = since_stage(now);
    note("← TLS closed: " + facts_.nla.problem);
    return finish();
  }
  Step step;
  step.send = tls_->to_send();
  return step;
}

Step Attempt::credssp_answer(View message, Moment now) {
  facts_.nla.ms = since_stage(now);
  auto answer = wire::decode_ts_request(message);
  if (!answer) {
    facts_.nla.outcome = NlaOutcome::malformed;
    facts_.nla.problem = to_text(answer.error());
    note("← broken TSRequest: " + facts_.nla.problem);
    return finish();
  }
  facts_.nla.version = answer->version;
  facts_.nla.error_code = answer->error_code;
  facts_.nla.outcome = NlaOutcome::malformed;
  if (answer->error_code) {
    facts_.nla.outcome = NlaOutcome::refused;
  } else if (!answer->nego_tokens.empty()) {
    (void)token_.step(answer->nego_tokens.front());
    if (token_.challenge())
      read_challenge(now);
    else if (token_.error())
      facts_.nla.problem = to_text(*token_.error());
  } else {
    facts_.nla.problem = "a TSRequest without negoTokens and without errorCode";
  }
  note("← " + words_of(*answer, token_.challenge()));
  tls_->close();
  Step step = finish();
  step.send = tls_->to_send();
  return step;
}

void Attempt::read_challenge(Moment now) {
  const wire::NtlmChallenge& c = *token_.challenge();
  facts_.nla.outcome = NlaOutcome::challenged;
  facts_.nla.netbios_computer_name = printable(c.netbios_computer_name);
  facts_.nla.netbios_domain_name = printable(c.netbios_domain_name);
  facts_.nla.dns_computer_name = printable(c.dns_computer_name);
  facts_.nla.dns_domain_name = printable(c.dns_domain_name);
  facts_.nla.host_clock = c.timestamp;
  auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - context_.start).count();
  facts_.nla.our_clock = Instant{context_.wall_at_start.ms + elapsed};
  if (c.version) {
    facts_.nla.os_version = fmt::format("{}.{}.{}", c.version->major, c.version->minor, c.version->build);
  }
}

}  // namespace rdpdoctor::probe
