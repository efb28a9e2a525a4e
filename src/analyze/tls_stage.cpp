#include "analyze/tls_stage.h"

#include <algorithm>

#include "base/text.h"
#include "codes/registry.h"
#include "fmt/core.h"
#include "formats/x509_as.h"
#include "wire/pdu_words.h"
#include "wire/tls_suites.h"

namespace rdpdoctor::analyze {

using evidence::TlsOutcome;

namespace {

constexpr std::size_t most_chain = 10;
constexpr std::uint16_t tls13 = 0x0304;
constexpr std::uint8_t fatal = 2;
constexpr std::uint32_t credssp = 0x2 | 0x8;  // PROTOCOL_HYBRID, PROTOCOL_HYBRID_EX

// RFC 8701: values that mean nothing, sent to keep peers tolerant.
bool is_grease(std::uint16_t value) {
  return (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);
}

// RFC 5246 7.4.1.4.1 and RFC 8446 4.2.3: hash SHA-1 is 2 in the upper byte.
bool is_sha1(std::uint16_t signature_algorithm) {
  return signature_algorithm >> 8 == 2;
}

evidence::ClientHello offer_of(const wire::ClientHelloSeen& seen) {
  evidence::ClientHello out;
  for (std::uint16_t version : seen.supported_versions) {
    if (!is_grease(version)) out.versions.push_back(version);
  }
  std::ranges::sort(out.versions, std::ranges::greater{});
  out.server_name = printable(seen.server_name);
  auto grease = std::ranges::count_if(seen.cipher_suites, is_grease);
  out.cipher_suites =
      static_cast<std::uint32_t>(seen.cipher_suites.size() - static_cast<std::size_t>(grease));
  out.sha1_signatures =
      seen.signature_algorithms.empty() || std::ranges::any_of(seen.signature_algorithms, is_sha1);
  return out;
}

std::string words_of(const evidence::ClientHello& hello, std::uint64_t bytes) {
  std::vector<std::string> versions;
  for (std::uint32_t v : hello.versions)
    versions.push_back(wire::tls_version_name(static_cast<std::uint16_t>(v)));
  std::string out = fmt::format("TLS ClientHello, {} bytes: supported_versions={} cipher_suites × {}", bytes,
                                join(versions, ", "), hello.cipher_suites);
  if (!hello.server_name.empty()) out += " server_name=" + hello.server_name;
  return out;
}

wire::TlsOpener::From side(From who) {
  return who == From::client ? wire::TlsOpener::From::client : wire::TlsOpener::From::host;
}

}  // namespace

TlsStage::TlsStage(std::uint32_t selected, const wire::TlsKeyLog& secrets, Pdus& pdus)
    : pdus_(&pdus), plain_(selected, pdus), credssp_((selected & credssp) != 0) {
  facts_.outcome = TlsOutcome::waiting;
  if (secrets.lines() > 0) opener_.emplace(secrets);
}

void TlsStage::bytes(From who, View payload, std::int64_t at_us) {
  if (payload.empty()) return;
  // That the client leaves in the end does not undo the silence before.
  bool waited = who == From::client && last_ == From::client && patience_us <= at_us - last_at_;
  if (waited) note_unanswered(StageEnd::unanswered, at_us);
  last_ = who;
  last_at_ = at_us;
  if (lost_[who]) return;
  if (who == From::client) read_hello(payload, at_us);
  if (who == From::host && facts_.outcome == TlsOutcome::waiting) facts_.bytes += payload.size();
  watcher_[who].feed(payload);
  progress_[who].feed(payload);
  look(at_us);
  count(who);
  bool goodbye = facts_.outcome == TlsOutcome::completed && progress_.client.last_is_alert();
  if (who == From::client && goodbye && !progress_.host.last_is_alert()) client_left_ = true;
  open(who, payload, at_us);
}

// Application data after the handshake. In TLS 1.3 the client's first such record is its Finished; what the
// host sends before the client's next one is session tickets, as in Remote Desktop the client speaks first.
void TlsStage::count(From who) {
  std::uint64_t total = progress_[who].application_bytes();
  bool v13 = facts_.version == tls13;
  std::uint64_t skipped = v13 && who == From::client
                              ? std::min(total, progress_[who].first_application_bytes())
                              : std::uint64_t{0};
  std::uint64_t fresh = total - skipped - counted_[who];
  counted_[who] = total - skipped;
  if (facts_.outcome != TlsOutcome::completed) return;
  bool ticket = v13 && who == From::host && session_bytes_.client == 0;
  if (!ticket) session_bytes_[who] += fresh;
}

void TlsStage::read_hello(View payload, std::int64_t at_us) {
  client_bytes_ += payload.size();
  if (hello_read_) return;
  if (hello_stream_.empty()) hello_at_ = at_us;
  hello_stream_.insert(hello_stream_.end(), payload.begin(), payload.end());
  facts_.hello_bytes = client_bytes_;
  auto seen = wire::read_client_hello(hello_stream_);
  if (seen && !*seen) return;
  hello_read_ = true;
  hello_at_ = at_us;
  hello_stream_ = {};
  if (!seen) {
    facts_.problem = "ClientHello: " + to_text(seen.error());
    pdus_->note(From::client, "broken TLS ClientHello: " + to_text(seen.error()));
    return;
  }
  facts_.client_hello = offer_of(**seen);
  pdus_->note(From::client, words_of(*facts_.client_hello, facts_.hello_bytes));
}

bool TlsStage::both_finished() const {
  const auto& hello = watcher_.host.server_hello();
  if (!hello) return false;
  if (hello->version < tls13) return progress_.client.finished() && progress_.host.finished();
  return progress_.client.application_records() > 0 && !progress_.client.starts_with_alert_size();
}

bool TlsStage::fatal_alert(From who) const {
  const auto& alert = watcher_[who].alert();
  return alert && alert->level >= fatal;
}

void TlsStage::look(std::int64_t at_us) {
  if (facts_.outcome != TlsOutcome::waiting) return;
  const auto& hello = watcher_.host.server_hello();
  if (hello) {
    facts_.server_hello_seen = true;
    facts_.version = hello->version;
    facts_.cipher = wire::cipher_suite_name(hello->cipher_suite);
  }
  bool v13 = hello && hello->version >= tls13;
  if (both_finished()) {
    completed_at_ = at_us;
    decide(TlsOutcome::completed, at_us);
  } else if (fatal_alert(From::host)) {
    facts_.alert = watcher_.host.alert()->description;
    decide(TlsOutcome::alert, at_us);
  } else if (v13 && progress_.host.alert_size()) {
    decide(TlsOutcome::alert, at_us);
  } else if (fatal_alert(From::client)) {
    std::uint8_t code = watcher_.client.alert()->description;
    client_gave_up(at_us,
                   fmt::format("the client refused: {} ({})", codes::name_or_empty("tls-alert", code), code));
  } else if (v13 && progress_.client.starts_with_alert_size()) {
    client_gave_up(at_us, "the client refused, its reason is encrypted");
  } else if (watcher_.host.error() && !hello) {
    facts_.problem = to_text(*watcher_.host.error());
    decide(TlsOutcome::not_tls, at_us);
  }
}

void TlsStage::client_gave_up(std::int64_t at_us, std::string how) {
  facts_.problem = std::move(how);
  decide(TlsOutcome::failed_here, at_us);
}

void TlsStage::decide(TlsOutcome outcome, std::int64_t at_us) {
  facts_.outcome = outcome;
  facts_.ms = ms_between(hello_at_, at_us);
  if (watcher_.host.bytes() > 0) pdus_->note(From::host, wire::words_of(watcher_.host, codes::name_or_empty));
  if (const auto& alert = watcher_.client.alert()) {
    pdus_->note(From::client,
                fmt::format("TLS Alert level={} description={} {}", alert->level, alert->description,
                            codes::name_or_empty("tls-alert", alert->description)));
  }
}

void TlsStage::open(From who, View payload, std::int64_t at_us) {
  if (!opener_) return;
  opener_->feed(side(who), payload);
  for (From from : {who, who == From::client ? From::host : From::client}) {
    Bytes plain = opener_->take(side(from));
    if (plain.empty()) continue;
    opened_ = true;
    plain_.bytes(from, plain, at_us);
  }
  if (facts_.outcome != TlsOutcome::completed) return;
  if (auto alert = opener_->alert(wire::TlsOpener::From::host)) plain_.alert(*alert, at_us);
}

void TlsStage::lost(From who, std::int64_t at_us) {
  last_at_ = at_us;
  if (lost_[who]) return;
  lost_[who] = true;
  plain_.lost(who);
  if (opener_) opener_->lost(side(who));
  if (facts_.outcome == TlsOutcome::waiting) {
    facts_.problem =
        fmt::format("the capture lacks bytes of the {} here", who == From::client ? "client" : "host");
  }
}

void TlsStage::ended(StageEnd how, std::int64_t at_us) {
  plain_.ended(how, at_us);
  note_unanswered(how, at_us);
  if (facts_.outcome != TlsOutcome::waiting) return;
  if (lost_.client || lost_.host) return;  // the end of the handshake may be what is missing
  if (const auto& alert = watcher_.host.alert()) facts_.alert = alert->description;
  switch (how) {
    case StageEnd::host_fin: return decide(facts_.alert ? TlsOutcome::alert : TlsOutcome::closed, at_us);
    case StageEnd::host_reset: return decide(facts_.alert ? TlsOutcome::alert : TlsOutcome::reset, at_us);
    case StageEnd::unanswered: return decide(TlsOutcome::silent, at_us);
    case StageEnd::left:
      if (facts_.server_hello_seen || last_ == From::host)
        client_gave_up(at_us, "the client closed before the handshake was over");
      return;
    case StageEnd::unknown: return;
  }
}

// What the client says first is CredSSP's first message, and that is never the host's turn to stay silent.
void TlsStage::note_unanswered(StageEnd how, std::int64_t at_us) {
  using evidence::NlaOutcome;
  bool said =
      facts_.outcome == TlsOutcome::completed && session_bytes_.client != 0 && session_bytes_.host == 0;
  if (!credssp_ || !said || opened_ || client_left_ || lost_.client || lost_.host) return;
  switch (how) {
    case StageEnd::host_fin: unanswered_.outcome = NlaOutcome::closed; break;
    case StageEnd::host_reset: unanswered_.outcome = NlaOutcome::reset; break;
    case StageEnd::unanswered: unanswered_.outcome = NlaOutcome::silent; break;
    case StageEnd::left:
    case StageEnd::unknown: return;
  }
  unanswered_.ms = ms_between(last_at_, at_us);
}

evidence::NlaFacts TlsStage::nla() const {
  return unanswered_.outcome != evidence::NlaOutcome::not_tried ? unanswered_ : plain_.nla();
}

void TlsStage::read_chain() {
  const std::vector<Bytes>& clear = watcher_.host.certificates();
  const std::vector<Bytes>& chain = clear.empty() && opener_ ? opener_->certificates() : clear;
  for (const Bytes& der : chain) {
    if (facts_.chain.size() == most_chain) break;
    if (auto x = formats::read_x509(der))
      facts_.chain.push_back(formats::x509_as<evidence::Certificate>(*x));
    else if (facts_.problem.empty())
      facts_.problem = "certificate: " + to_text(x.error());
  }
}

evidence::TlsFacts TlsStage::tls() {
  read_chain();
  if (const auto& alert = watcher_.client.alert()) facts_.client_alert = alert->description;
  if (!opener_) return facts_;
  if (!facts_.client_alert) facts_.client_alert = opener_->alert(wire::TlsOpener::From::client);
  if (facts_.outcome == TlsOutcome::alert && !facts_.alert)
    facts_.alert = opener_->alert(wire::TlsOpener::From::host);
  if (facts_.problem.empty() && opener_->state() == wire::TlsOpener::State::failed)
    facts_.problem = "with the logged secrets: " + opener_->problem();
  return facts_;
}

std::optional<evidence::SessionFacts> TlsStage::session() {
  if (facts_.outcome != TlsOutcome::completed) return std::nullopt;
  bool nothing = session_bytes_.client == 0 && session_bytes_.host == 0;
  bool unanswered = unanswered_.outcome != evidence::NlaOutcome::not_tried;
  if (nothing || unanswered || (opened_ && !plain_.session_begun())) return std::nullopt;
  evidence::SessionFacts facts;
  facts.outcome = evidence::SessionOutcome::unreadable;
  if (plain_.session_begun()) facts = plain_.session();
  facts.bytes_from_client = session_bytes_.client;
  facts.bytes_from_host = session_bytes_.host;
  facts.ms = ms_between(plain_.session_begun() ? plain_.session_began_at() : completed_at_, last_at_);
  return facts;
}

}  // namespace rdpdoctor::analyze
