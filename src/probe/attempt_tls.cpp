// The TLS stage of an attempt: a real handshake, or one ClientHello whose fate is all that matters.
#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/x509_as.h"
#include "probe/attempt.h"
#include "probe/pdu_words.h"
#include "wire/tls_hello.h"
#include "wire/x224.h"

namespace rdpdoctor::probe {

using evidence::TlsOutcome;
using net::Step;

namespace {

// Long enough that no path and no relay joins the two pieces of a split ClientHello again.
constexpr auto split_pause = std::chrono::milliseconds(60);
constexpr std::size_t most_chain = 10;

// More than two segments of the largest size that Ethernet carries: what is sent first is full-size.
constexpr std::size_t padded_bytes = 2900;
// A second of a 96 kbit/s link, in one flight: ten segments may be under way at first (RFC 6928).
constexpr std::size_t bulk_bytes = 12000;
// Enough segments that some are lost where one in twenty is.
constexpr std::size_t drip_segments = 50;

Bytes hello_of(std::string_view name, const AttemptContext& context) {
  bool variant = name == "split" || name == "control" || name == "plain" || name == "padded" ||
                 name == "bulk" || name == "drip";
  wire::HelloOffer offer = wire::hello_offer(variant ? "modern" : name == "first" ? "wide" : name);
  if (name != "small") offer.server_name = context.server_name;
  if (name == "padded") offer.pad_to = padded_bytes;
  if (name == "bulk") offer.pad_to = bulk_bytes;
  Bytes record = wire::client_hello_record(offer, context.random32);
  if (name == "plain") return wire::not_tls_at_all(record.size());
  return name == "control" ? wire::not_a_hello_record(record.size()) : record;
}

std::string_view kind_of(std::string_view name) {
  if (name == "plain") return "X.224 Data TPDU that is not TLS";
  return name == "control" ? "TLS record that is not a ClientHello" : "TLS ClientHello";
}

}  // namespace

// No request at all: does the port speak TLS from the first byte on, and hang up on X.224?
Step Attempt::start_hello_first(Moment now) {
  state_ = State::hello_first;
  facts_.x224.outcome = evidence::X224Outcome::waiting;
  Step step = wait(context_.waits.x224, now);
  step.send = hello_of("first", context_);
  note(fmt::format("→ TLS ClientHello as the first bytes ({})", count_of(step.send.size(), "byte")));
  return step;
}

Step Attempt::in_hello_first(View bytes, Moment now) {
  facts_.x224.bytes += bytes.size();
  banner_.insert(banner_.end(), bytes.begin(), bytes.end());
  watcher_.feed(bytes);
  if (banner_[0] == wire::tpkt_version)
    return malformed("a TPKT in answer to a TLS ClientHello", banner_, now);
  if (watcher_.server_hello() || watcher_.alert()) {
    facts_.x224.ms = since_stage(now);
    note("← " + words_of(watcher_));
    name_banner();
    facts_.x224.spoke = "TLS";
    if (auto& hello = watcher_.server_hello())
      facts_.x224.spoke_detail = "ServerHello, " + wire::tls_version_name(hello->version);
    return finish();
  }
  if (!watcher_.error()) return {};
  state_ = State::gathering_banner;
  Step step;
  step.wake = now + banner_patience;
  return step;
}

Step Attempt::start_tls(Moment now) {
  facts_.tls.outcome = TlsOutcome::waiting;
  if (facts_.asked.tls == "system") return start_system_handshake(now);
  return facts_.asked.tls == "handshake" ? start_handshake(now) : start_hello(now);
}

Step Attempt::start_hello(Moment now) {
  state_ = State::hello;
  Step step = wait(context_.waits.tls, now);
  step.send = hello_of(facts_.asked.tls, context_);
  facts_.tls.hello_bytes = step.send.size();
  note(fmt::format("→ {} ({}, {})", kind_of(facts_.asked.tls), facts_.asked.tls,
                   count_of(step.send.size(), "byte")));
  if (facts_.asked.tls == "split") {
    rest_of_hello_.assign(step.send.begin() + 1, step.send.end());
    step.send.resize(1);
    state_ = State::splitting_hello;
    step.wake = now + split_pause;
  }
  if (facts_.asked.tls == "drip") {
    step.separate_segments = true;
    step.piece = std::max<std::size_t>(step.send.size() / drip_segments, 1);
  }
  return step;
}

Step Attempt::in_hello(View bytes, Moment now) {
  facts_.tls.bytes += bytes.size();
  watcher_.feed(bytes);
  if (watcher_.server_hello()) {
    facts_.tls.outcome = TlsOutcome::server_hello;
    facts_.tls.server_hello_seen = true;
    facts_.tls.version = watcher_.server_hello()->version;
    facts_.tls.cipher = fmt::format("0x{:04X}", watcher_.server_hello()->cipher_suite);
  } else if (watcher_.alert()) {
    facts_.tls.outcome = TlsOutcome::alert;
    facts_.tls.alert = watcher_.alert()->description;
  } else if (watcher_.error()) {
    facts_.tls.outcome = TlsOutcome::not_tls;
    facts_.tls.problem = to_text(*watcher_.error());
  } else {
    return {};
  }
  facts_.tls.ms = since_stage(now);
  note("← " + words_of(watcher_));
  return finish();
}

Step Attempt::start_handshake(Moment now) {
  auto session = wire::TlsSession::client({.server_name = context_.server_name});
  if (!session) {
    facts_.tls.outcome = TlsOutcome::failed_here;
    facts_.tls.problem = to_text(session.error());
    return finish();
  }
  tls_.emplace(std::move(*session));
  tls_->start();
  state_ = State::handshake;
  Step step = wait(context_.waits.tls, now);
  step.send = tls_->to_send();
  facts_.tls.hello_bytes = step.send.size();
  note(fmt::format("→ TLS ClientHello (TLS 1.0 to 1.3, {})", count_of(step.send.size(), "byte")));
  return step;
}

Step Attempt::in_handshake(View bytes, Moment now) {
  facts_.tls.bytes += bytes.size();
  tls_->received(bytes);
  if (tls_->established()) return handshake_done(now);
  const wire::TlsWatcher& seen = tls_->watcher();
  bool not_tls = seen.error() && !seen.server_hello();  // OpenSSL would wait for a whole record header
  if (tls_->failed() || seen.alert() || not_tls) return handshake_failed(now);
  Step step;
  step.send = tls_->to_send();
  return step;
}

Step Attempt::handshake_failed(Moment now) {
  const wire::TlsWatcher& seen = tls_->watcher();
  facts_.tls.ms = since_stage(now);
  facts_.tls.server_hello_seen = seen.server_hello().has_value();
  facts_.tls.problem = tls_->failure();
  if (seen.alert()) {
    facts_.tls.outcome = TlsOutcome::alert;
    facts_.tls.alert = seen.alert()->description;
  } else {
    facts_.tls.outcome = seen.error() && !seen.server_hello() ? TlsOutcome::not_tls : TlsOutcome::failed_here;
    if (facts_.tls.problem.empty() && seen.error()) facts_.tls.problem = to_text(*seen.error());
  }
  note("← " + words_of(seen));
  Step step = finish();
  step.send = tls_->to_send();
  return step;
}

void Attempt::record_chain() {
  for (const Bytes& der : tls_->peer_chain()) {
    if (facts_.tls.chain.size() == most_chain) break;
    if (auto x = formats::read_x509(der))
      facts_.tls.chain.push_back(formats::x509_as<evidence::Certificate>(*x));
    else
      facts_.tls.problem = "certificate: " + to_text(x.error());
  }
}

Step Attempt::handshake_done(Moment now) {
  facts_.tls.outcome = TlsOutcome::completed;
  facts_.tls.ms = since_stage(now);
  facts_.tls.server_hello_seen = true;
  facts_.tls.version = tls_->version();
  facts_.tls.cipher = tls_->cipher();
  facts_.tls.signature = tls_->peer_signature();
  record_chain();
  note("← " + words_of(tls_->watcher()));
  note(fmt::format("  TLS established: {}, {}", wire::tls_version_name(tls_->version()), tls_->cipher()));
  std::uint32_t selected = facts_.x224.selected.value_or(0);
  bool credssp =
      facts_.asked.nla && (selected == wire::PROTOCOL_HYBRID || selected == wire::PROTOCOL_HYBRID_EX);
  if (credssp) return start_credssp(now);
  tls_->close();
  Step step = finish();
  step.send = tls_->to_send();
  return step;
}

}  // namespace rdpdoctor::probe
