// The life of a session, its X.224 stage and its manner of sending. TLS and CredSSP are in session_tls.cpp.
#include "lab/session.h"

#include <algorithm>

#include "lab/negotiation.h"

namespace rdpdoctor::lab {

using net::Step;

namespace {

constexpr std::size_t longest_proxy_line = 107;  // PROXY protocol, version 1, section 2.1
constexpr std::string_view proxy_start = "PROXY ";
constexpr std::string_view line_end = "\r\n";

// A TPKT of the largest size, and how it drips.
constexpr std::uint8_t endless_start[] = {3, 0, 0xFF, 0xFF, 0xFE, 0xD0, 0, 0, 0x12, 0x34, 0};
constexpr std::size_t endless_piece = 256;
constexpr std::chrono::milliseconds endless_pause{100};

// A Connection Confirm of 19 bytes whose length indicator claims 254.
constexpr std::uint8_t malformed_confirm[] = {3, 0, 0,    19, 0xFE, 0xD0, 0, 0, 0x12, 0x34,
                                              0, 2, 0x1F, 8,  0,    8,    0, 0, 0};

constexpr std::uint8_t fatal = 2;

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

Bytes alert_record(std::uint8_t description) {
  return {wire::tls_alert, 3, 1, 0, 2, fatal, description};
}

}  // namespace

Session::Session(SessionContext context) : context_(std::move(context)), nla_server_(context_.behaviour) {}

Step Session::connected(Moment now) {
  Step step;
  if (behaviour_.at_accept != Leave::go_on) {
    step = leave(behaviour_.at_accept);
  } else if (!behaviour_.greeting.empty() || !behaviour_.answer_to_anything.empty()) {
    state_ = State::foreign;
    step.send = bytes_of(behaviour_.greeting);
  } else if (behaviour_.wants_proxy_header) {
    state_ = State::proxy_header;
  }
  return deliver(std::move(step), now);
}

Step Session::received(View bytes, Moment now) {
  received_ += bytes.size();
  if (most_from_a_client < received_) return leave(Leave::reset);
  return deliver(react(bytes, now), now);
}

Step Session::woken(Moment now) {
  if (context_.start + longest_session <= now) return leave(Leave::reset);
  Step step;
  if (state_ == State::endless) step.send.assign(endless_piece, 0);
  return deliver(std::move(step), now);
}

void Session::ended(net::Ending, Moment) {
  state_ = State::over;
}

Step Session::react(View bytes, Moment now) {
  switch (state_) {
    case State::foreign: {
      if (behaviour_.answer_to_anything.empty()) return {};
      Step step = leave(Leave::fin);
      step.send = bytes_of(behaviour_.answer_to_anything);
      return step;
    }
    case State::proxy_header: return in_proxy_header(bytes, now);
    case State::request: return in_request(bytes, now);
    case State::hello: return in_hello(bytes, now);
    case State::tls: return in_tls(bytes, now);
    case State::rdp_security: return leave(Leave::fin);  // MCS is as far as it goes
    case State::endless:
    case State::ignoring:
    case State::over: break;
  }
  return {};
}

Step Session::in_proxy_header(View bytes, Moment now) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  const std::size_t told = std::min(buffer_.size(), proxy_start.size());
  if (!std::equal(proxy_start.begin(), proxy_start.begin() + static_cast<std::ptrdiff_t>(told),
                  buffer_.begin())) {
    return leave(Leave::fin);
  }
  const auto end = std::ranges::search(buffer_, line_end);
  const auto size = static_cast<std::size_t>(end.end() - buffer_.begin());
  if (longest_proxy_line < size) return leave(Leave::fin);
  if (end.empty()) return {};
  const Bytes rest(end.end(), buffer_.end());
  buffer_ = {};
  state_ = State::request;
  return rest.empty() ? Step{} : in_request(rest, now);
}

Step Session::in_request(View bytes, Moment now) {
  framer_.feed(bytes);
  switch (framer_.state()) {
    case wire::TpktFramer::State::need_more: return {};
    case wire::TpktFramer::State::not_tpkt: return without_request(now);
    case wire::TpktFramer::State::bad_length: return leave(Leave::fin);
    case wire::TpktFramer::State::frame: break;
  }
  const auto request = wire::decode_connection_request(framer_.payload());
  if (!request) return leave(Leave::fin);
  framer_.pop();
  Step step = answer(*request);
  const Bytes early(framer_.buffered().begin(), framer_.buffered().end());
  framer_ = {};
  if (early.empty() || state_ == State::over) return step;
  Step more = react(early, now);
  more.send.insert(more.send.begin(), step.send.begin(), step.send.end());
  return more;
}

// The direct approach, [MS-RDPBCGR] 5.4.2.2: TLS from the first byte. No client of today takes it, but
// Windows hosts answer it, and scanners read the certificate that way.
Step Session::without_request(Moment now) {
  const Behaviour& b = behaviour_;
  const bool reaches_tls = b.protocols != 0 && b.at_request == Leave::go_on && !b.failure &&
                           !b.confirm_without_negotiation && !b.malformed_confirm && !b.endless_tpkt;
  const Bytes start(framer_.buffered().begin(), framer_.buffered().end());
  if (!reaches_tls || context_.fails || start.front() != wire::tls_handshake) return leave(Leave::fin);
  framer_ = {};
  nla_ = (b.protocols & (wire::PROTOCOL_HYBRID | wire::PROTOCOL_HYBRID_EX)) != 0;
  state_ = State::hello;
  return in_hello(start, now);
}

Step Session::answer(const wire::ConnectionRequest& request) {
  if (context_.fails) return leave(Leave::reset);
  if (behaviour_.at_request != Leave::go_on) return leave(behaviour_.at_request);
  Step step;
  if (behaviour_.endless_tpkt) {
    state_ = State::endless;
    step.send.assign(std::begin(endless_start), std::end(endless_start));
    return step;
  }
  if (behaviour_.malformed_confirm) {
    step = leave(Leave::fin);
    step.send.assign(std::begin(malformed_confirm), std::end(malformed_confirm));
    return step;
  }
  return confirm(request);
}

Step Session::confirm(const wire::ConnectionRequest& request) {
  const wire::ConnectionConfirm answer = answer_to(request, behaviour_);
  Step step;
  state_ = State::rdp_security;
  if (std::holds_alternative<wire::RdpNegFailure>(answer.negotiation)) step = leave(Leave::fin);
  if (const auto* response = std::get_if<wire::RdpNegRsp>(&answer.negotiation)) {
    const std::uint32_t selected = response->selected_protocol;
    nla_ = selected == wire::PROTOCOL_HYBRID || selected == wire::PROTOCOL_HYBRID_EX;
    if (selected != wire::PROTOCOL_RDP) state_ = State::hello;
  }
  step.send = wire::tpkt(wire::encode(answer));
  return step;
}

Step Session::leave(Leave how) {
  Step step;
  state_ = State::over;
  switch (how) {
    case Leave::go_on:
    case Leave::silent: state_ = State::ignoring; break;
    case Leave::reset: step.close = Step::Close::reset; break;
    case Leave::alert:
      step.send = alert_record(behaviour_.alert);
      step.close = Step::Close::fin;
      break;
    case Leave::fin: step.close = Step::Close::fin; break;
  }
  return step;
}

// Gives every step its manner of sending and its next wake.
Step Session::deliver(Step step, Moment now) {
  step.separate_segments = behaviour_.byte_by_byte;
  if (behaviour_.trickle_ms != 0 && step.close != Step::Close::reset) step = trickle(std::move(step), now);
  const Moment end = context_.start + longest_session;
  Moment wake = end;
  if (state_ == State::endless) wake = now + endless_pause;
  if (!waiting_.empty()) wake = next_byte_;
  step.wake = std::min(wake, end);
  return step;
}

Step Session::trickle(Step step, Moment now) {
  waiting_.insert(waiting_.end(), step.send.begin(), step.send.end());
  if (step.close != Step::Close::no) then_close_ = step.close;
  step.send.clear();
  step.close = Step::Close::no;
  if (most_from_a_client < waiting_.size()) return leave(Leave::reset);
  if (!waiting_.empty() && next_byte_ <= now) {
    step.send.push_back(waiting_.front());
    waiting_.erase(waiting_.begin());
    next_byte_ = now + std::chrono::milliseconds(behaviour_.trickle_ms);
  }
  if (waiting_.empty()) step.close = then_close_;
  return step;
}

}  // namespace rdpdoctor::lab
