// The life of an attempt and its X.224 stage. TLS and CredSSP are in attempt_tls.cpp and attempt_nla.cpp.
#include "probe/attempt.h"

#include "base/text.h"
#include "fmt/core.h"
#include "probe/pdu_words.h"
#include "wire/first_bytes.h"
#include "wire/x224.h"

namespace rdpdoctor::probe {

using evidence::NlaOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;
using net::Step;

namespace {

// A Connection Confirm has at most 19 bytes; anything that claims far more is not one.
constexpr std::size_t most_confirm_bytes = 1024;
constexpr std::size_t most_banner_bytes = 512;

}  // namespace

Attempt::Attempt(evidence::Asked asked, AttemptContext context) : context_(std::move(context)) {
  facts_.asked = std::move(asked);
  facts_.source = "probe";
}

Step Attempt::connected(Moment now) {
  return facts_.asked.tls == "first" ? start_hello_first(now) : start_x224(now);
}

Step Attempt::received(View bytes, Moment now) {
  Step step = in_state(bytes, now);
  if (step.close == Step::Close::no && !step.wake) step.wake = stage_until_;  // the wait goes on, unstretched
  return step;
}

Step Attempt::in_state(View bytes, Moment now) {
  switch (state_) {
    case State::waiting_confirm: return in_x224(bytes, now);
    case State::gathering_banner:
      banner_.insert(banner_.end(), bytes.begin(), bytes.end());
      facts_.x224.bytes += bytes.size();
      if (banner_.size() < most_banner_bytes) return {};
      name_banner();
      return finish();
    case State::hello_first: return in_hello_first(bytes, now);
    case State::hello:
    case State::splitting_hello: return in_hello(bytes, now);
    case State::handshake: return in_handshake(bytes, now);
    case State::system_handshake: return in_system_handshake(bytes, now);
    case State::credssp:
      tls_->received(bytes);
      facts_.nla.bytes += bytes.size();
      return in_credssp(now);
    case State::idle:
    case State::over: break;
  }
  return {};
}

Step Attempt::woken(Moment now) {
  if (state_ == State::splitting_hello) {
    state_ = State::hello;
    Step step = wait(context_.waits.tls, now);
    step.send = std::move(rest_of_hello_);
    return step;
  }
  if (state_ == State::gathering_banner) {
    name_banner();
    return finish();
  }
  if (now < stage_until_) {
    Step step;
    step.wake = stage_until_;
    return step;
  }
  last_stage_ms() = since_stage(now);
  stage_ended(net::Ending::timed_out);
  facts_.ending = evidence::Ending::timed_out;
  return finish();
}

void Attempt::ended(net::Ending how, Moment now) {
  if (state_ != State::over && state_ != State::idle) last_stage_ms() = since_stage(now);
  if (state_ == State::gathering_banner)
    name_banner();
  else if (state_ != State::over)
    stage_ended(how);
  // A wait that ran out was closed by us, but is not what `local` means: having what was wanted.
  if (facts_.ending == evidence::Ending::open) facts_.ending = static_cast<evidence::Ending>(how);
  if (how != net::Ending::local && context_.verbose) note(fmt::format("← {}", ending_words(how)));
  state_ = State::over;
}

double& Attempt::last_stage_ms() {
  if (facts_.nla.outcome != NlaOutcome::not_tried) return facts_.nla.ms;
  return facts_.tls.outcome != TlsOutcome::not_tried ? facts_.tls.ms : facts_.x224.ms;
}

// The stage in progress ended without what it waited for.
void Attempt::stage_ended(net::Ending how) {
  if (how == net::Ending::unfinished) return;  // our own deadline: tells nothing
  bool fin = how == net::Ending::fin;
  bool silent = how == net::Ending::timed_out || how == net::Ending::local;
  switch (state_) {
    case State::waiting_confirm:
      facts_.x224.outcome = silent ? X224Outcome::silent : fin ? X224Outcome::closed : X224Outcome::reset;
      if (!framer_.buffered().empty()) facts_.x224.first_bytes = hex_dump(framer_.buffered());
      break;
    case State::hello:
    case State::splitting_hello:
    case State::handshake:
    case State::system_handshake:
      facts_.tls.outcome = silent ? TlsOutcome::silent : fin ? TlsOutcome::closed : TlsOutcome::reset;
      facts_.tls.server_hello_seen = (tls_ ? tls_->watcher() : watcher_).server_hello().has_value();
      break;
    case State::hello_first:
      facts_.x224.outcome = silent ? X224Outcome::silent : fin ? X224Outcome::closed : X224Outcome::reset;
      break;
    case State::credssp:
      facts_.nla.outcome = silent ? NlaOutcome::silent : fin ? NlaOutcome::closed : NlaOutcome::reset;
      break;
    case State::idle:
    case State::gathering_banner:
    case State::over: break;
  }
}

Step Attempt::start_x224(Moment now) {
  wire::ConnectionRequest request;
  if (facts_.asked.cookie) request.routing = "Cookie: mstshash=" + context_.cookie_name;
  if (facts_.asked.protocols) request.negotiation = wire::RdpNegReq{0, *facts_.asked.protocols};
  Step step = wait(context_.waits.x224, now);
  if (facts_.asked.proxy_header) {
    static constexpr std::string_view line = "PROXY TCP4 127.0.0.1 127.0.0.1 49152 3389\r\n";
    step.send.assign(line.begin(), line.end());
    note("→ PROXY protocol 1 header");
  }
  Bytes tpkt = wire::tpkt(wire::encode(request));
  step.send.insert(step.send.end(), tpkt.begin(), tpkt.end());
  note("→ " + words_of(request));
  state_ = State::waiting_confirm;
  facts_.x224.outcome = X224Outcome::waiting;
  return step;
}

Step Attempt::in_x224(View bytes, Moment now) {
  facts_.x224.bytes += bytes.size();
  framer_.feed(bytes);
  View buffered = framer_.buffered();
  bool claims_too_much = buffered.size() >= 4 && buffered[0] == wire::tpkt_version &&
                         ((std::size_t{buffered[2]} << 8) | buffered[3]) > most_confirm_bytes;
  switch (framer_.state()) {
    case wire::TpktFramer::State::frame: return confirmed(framer_.payload(), now);
    case wire::TpktFramer::State::need_more:
      if (!claims_too_much) return {};
      facts_.x224.problem =
          fmt::format("tpktHeader.length claims {} bytes, a Connection Confirm has 11 or 19",
                      (buffered[2] << 8) | buffered[3]);
      break;
    case wire::TpktFramer::State::bad_length: facts_.x224.problem = "tpktHeader.length is below 4"; break;
    case wire::TpktFramer::State::not_tpkt:
      banner_.assign(buffered.begin(), buffered.end());
      state_ = State::gathering_banner;
      Step step;
      step.wake = now + banner_patience;
      return step;
  }
  return malformed(facts_.x224.problem, buffered, now);
}

Step Attempt::malformed(std::string problem, View bytes, Moment now) {
  facts_.x224.outcome = X224Outcome::malformed;
  facts_.x224.problem = std::move(problem);
  facts_.x224.first_bytes = hex_dump(bytes);
  facts_.x224.ms = since_stage(now);
  note("← broken answer: " + facts_.x224.problem);
  return finish();
}

void Attempt::name_banner() {
  wire::Spoken spoken = wire::recognize_first_bytes(banner_);
  facts_.x224.outcome = X224Outcome::not_rdp;
  facts_.x224.spoke = spoken.protocol;
  facts_.x224.spoke_detail = spoken.detail;
  facts_.x224.first_bytes = hex_dump(banner_);
  note(fmt::format("← not RDP: {} {}", spoken.protocol, spoken.detail));
  state_ = State::over;
}

Step Attempt::confirmed(View payload, Moment now) {
  auto confirm = wire::decode_connection_confirm(payload);
  facts_.x224.ms = since_stage(now);
  if (!confirm) return malformed(to_text(confirm.error()), framer_.buffered(), now);
  note("← " + words_of(*confirm));
  facts_.x224.outcome = X224Outcome::confirmed;
  if (auto* failure = std::get_if<wire::RdpNegFailure>(&confirm->negotiation)) {
    facts_.x224.outcome = X224Outcome::negotiation_failure;
    facts_.x224.failure_code = failure->failure_code;
    return finish();
  }
  if (auto* response = std::get_if<wire::RdpNegRsp>(&confirm->negotiation)) {
    facts_.x224.selected = response->selected_protocol;
    facts_.x224.flags = response->flags;
  }
  if (not_asked_for() != 0) {
    std::string asked = facts_.asked.protocols ? fmt::format("0x{:X}", *facts_.asked.protocols)
                                               : std::string("no protocol at all");
    return malformed(
        fmt::format("selectedProtocol is 0x{:X}, and {} was asked for", *facts_.x224.selected, asked),
        framer_.buffered(), now);
  }
  framer_.pop();
  bool tls_next = !facts_.asked.tls.empty() && facts_.x224.selected.value_or(0) != 0;
  return tls_next ? start_tls_after(now) : finish();
}

// [MS-RDPBCGR] 2.2.1.2.1: a host selects from what was requested.
std::uint32_t Attempt::not_asked_for() const {
  return facts_.x224.selected.value_or(0) & ~facts_.asked.protocols.value_or(0);
}

// A host may send more along with its Confirm, such as an alert: that belongs to TLS.
Step Attempt::start_tls_after(Moment now) {
  Step step = start_tls(now);
  Bytes rest(framer_.buffered().begin(), framer_.buffered().end());
  if (rest.empty() || step.close != Step::Close::no) return step;
  Step more = in_state(rest, now);
  more.send.insert(more.send.begin(), step.send.begin(), step.send.end());
  if (more.close == Step::Close::no && !more.wake) more.wake = step.wake;
  return more;
}

Step Attempt::finish() {
  state_ = State::over;
  Step step;
  step.close = Step::Close::fin;
  return step;
}

Step Attempt::wait(Duration d, Moment now) {
  stage_began_ = now;
  stage_until_ = now + d;
  Step step;
  step.wake = stage_until_;
  return step;
}

void Attempt::note(std::string line) {
  if (context_.verbose) facts_.pdus.push_back(std::move(line));
}

}  // namespace rdpdoctor::probe
