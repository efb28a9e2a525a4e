#include "analyze/conversation.h"

#include <algorithm>
#include <utility>

#include "analyze/plain_stage.h"
#include "analyze/tls_stage.h"
#include "analyze/x224_stage.h"
#include "wire/tls_records.h"
#include "wire/tpkt.h"

namespace rdpdoctor::analyze {

using evidence::Ending;

namespace {

// What may wait for the other direction; far more than a ClientHello or a Confirm takes.
constexpr std::size_t most_held = std::size_t{64} * 1024;

struct Close {
  From who;
  bool by_reset;
  std::int64_t at_us;
  std::int64_t idle_us;  // since the last bytes of either side
  bool hosts_turn;
};

}  // namespace

struct Conversation::Inside {
  // start: the client's first bytes; x224: the host's answer to them; chosen: what the client does then.
  enum class Stage { start, x224, chosen, tls, clear, over };

  Inside(const wire::TlsKeyLog& key_log, bool verbose)
      : secrets(&key_log), pdus{verbose, {}}, x224(pdus), clear(0, pdus) {}

  void hold(From who, View payload);
  void advance(std::int64_t at_us);
  [[nodiscard]] bool step(std::int64_t at_us);
  [[nodiscard]] bool after(X224Stage::Next next, Stage then);
  [[nodiscard]] bool step_chosen();
  void give_to(From who, View payload, std::int64_t at_us);
  void give_held(std::int64_t at_us);
  void lost_before_tls(From who, std::int64_t at_us);
  [[nodiscard]] bool hosts_turn() const;
  [[nodiscard]] StageEnd stage_end(std::int64_t at_us, Ending& ending) const;
  void end_stages(StageEnd how, std::int64_t at_us);
  void finish(std::int64_t at_us);
  void fill_session(evidence::Connection& c);

  const wire::TlsKeyLog* secrets;
  Pdus pdus;
  Stage stage = Stage::start;
  X224Stage x224;
  std::optional<TlsStage> tls;
  bool tls_first = false;
  PlainStage clear;  // RDP's own security, and what goes before it
  Both<Bytes> held;
  Both<bool> lost;
  bool answer_lost = false;  // of X.224, or a part of it
  Both<std::uint64_t> total;
  Both<std::uint64_t> clear_bytes;
  std::uint64_t lost_bytes = 0;
  From last = From::client;
  std::int64_t last_at = 0;
  std::optional<std::int64_t> began_at;
  std::optional<Close> close;
  bool finished = false;
  Ending ending = Ending::open;
  std::int64_t ended_at = 0;
};

Conversation::Conversation(const wire::TlsKeyLog& secrets, bool verbose)
    : inside_(std::make_unique<Inside>(secrets, verbose)) {}
Conversation::Conversation(Conversation&&) noexcept = default;
Conversation& Conversation::operator=(Conversation&&) noexcept = default;
Conversation::~Conversation() = default;

bool Conversation::begins_as_rdp(View first) {
  constexpr std::size_t needed = 6;
  constexpr std::size_t most = 512;  // X.224 length indicator: 254 at most
  if (first.size() < needed || first[0] != wire::tpkt_version || first[1] != 0) return false;
  std::size_t size = std::size_t{first[2]} << 8 | first[3];
  bool fits = 11 <= size && size <= most && first[4] + std::size_t{5} <= size;
  return fits && (first[5] & 0xF0) == 0xE0;
}

void Conversation::bytes(From who, View payload, std::int64_t at_us) {
  Inside& in = *inside_;
  if (payload.empty() || in.finished) return;
  if (!in.began_at) in.began_at = at_us;
  in.last = who;
  in.last_at = at_us;
  in.total[who] += payload.size();
  if (in.stage == Inside::Stage::tls || in.stage == Inside::Stage::clear) {
    in.give_to(who, payload, at_us);
  } else if (in.stage != Inside::Stage::over) {
    in.hold(who, payload);
    in.advance(at_us);
  }
}

void Conversation::Inside::hold(From who, View payload) {
  Bytes& bytes = held[who];
  std::size_t room = most_held - std::min(most_held, bytes.size());
  if (room < payload.size()) lost[who] = true;
  View kept = payload.first(std::min(room, payload.size()));
  bytes.insert(bytes.end(), kept.begin(), kept.end());
}

void Conversation::Inside::advance(std::int64_t at_us) {
  while (step(at_us)) {
  }
  if (stage == Stage::tls || stage == Stage::clear) give_held(at_us);
  if (stage == Stage::over) held = {};
}

// One stage further; false when bytes are missing for it, or it is past X.224.
bool Conversation::Inside::step(std::int64_t at_us) {
  switch (stage) {
    case Stage::start: return after(x224.client(held.client, at_us), Stage::x224);
    case Stage::x224: return after(x224.host(held.host, at_us), Stage::chosen);
    case Stage::chosen: return step_chosen();
    case Stage::tls:
    case Stage::clear:
    case Stage::over: break;
  }
  return false;
}

bool Conversation::Inside::after(X224Stage::Next next, Stage then) {
  switch (next) {
    case X224Stage::Next::more: return false;
    case X224Stage::Next::request:
    case X224Stage::Next::chosen: stage = then; return true;
    case X224Stage::Next::tls:
      tls_first = true;
      tls.emplace(0, *secrets, pdus);
      stage = Stage::tls;
      return false;
    case X224Stage::Next::ended:
    case X224Stage::Next::foreign: stage = Stage::over; return false;
  }
  return false;
}

// What the client does decides, not what was selected: a capture may lack the answer, and a host select
// what the client then passes over.
bool Conversation::Inside::step_chosen() {
  if (held.client.empty()) return false;
  std::uint32_t selected = x224.facts().selected.value_or(0);
  if (held.client[0] == wire::tls_handshake) {
    tls.emplace(selected, *secrets, pdus);
    stage = Stage::tls;
  } else {
    stage = held.client[0] == wire::tpkt_version ? Stage::clear : Stage::over;
  }
  return false;
}

void Conversation::Inside::give_held(std::int64_t at_us) {
  Both<Bytes> now = std::move(held);
  held = {};
  for (From who : {From::client, From::host}) {
    give_to(who, now[who], at_us);
    if (!lost[who]) continue;
    if (tls)
      tls->lost(who, at_us);
    else
      clear.lost(who);
  }
}

void Conversation::Inside::give_to(From who, View payload, std::int64_t at_us) {
  if (payload.empty()) return;
  if (stage == Stage::tls) {
    // After lost bytes the host may be in the middle of a record.
    bool record = payload[0] == wire::tls_handshake || payload[0] == wire::tls_alert;
    if (who == From::host && std::exchange(answer_lost, false) && !record) tls->lost(who, at_us);
    tls->bytes(who, payload, at_us);
    return;
  }
  clear_bytes[who] += payload.size();
  clear.bytes(who, payload, at_us);
}

void Conversation::lost(From who, std::uint64_t bytes, std::int64_t at_us) {
  Inside& in = *inside_;
  if (in.finished) return;
  if (!in.began_at) in.began_at = at_us;
  in.last_at = at_us;
  in.last = who;
  in.lost_bytes += bytes;
  switch (in.stage) {
    case Inside::Stage::start: in.stage = Inside::Stage::over; break;
    case Inside::Stage::x224:
    case Inside::Stage::chosen: in.lost_before_tls(who, at_us); break;
    case Inside::Stage::tls: in.tls->lost(who, at_us); break;
    case Inside::Stage::clear: in.clear.lost(who); break;
    case Inside::Stage::over: break;
  }
}

// What the client says next tells whether there was a Confirm, though not which.
void Conversation::Inside::lost_before_tls(From who, std::int64_t at_us) {
  if (who == From::client) {
    stage = Stage::over;
    return;
  }
  x224.lost();
  answer_lost = true;
  stage = Stage::chosen;
  held.host = {};
  advance(at_us);
}

bool Conversation::Inside::hosts_turn() const {
  switch (stage) {
    case Stage::start:
    case Stage::chosen:
    case Stage::over: return false;
    case Stage::x224: return true;
    case Stage::tls:
    case Stage::clear: return last == From::client;
  }
  return false;
}

void Conversation::closed(From who, bool by_reset, std::int64_t at_us) {
  Inside& in = *inside_;
  if (in.close || in.finished) return;
  if (!in.began_at) in.began_at = at_us;
  std::int64_t idle = in.last_at == 0 ? 0 : at_us - in.last_at;
  if (who == From::host && in.tls && in.tls->client_left()) {
    in.close = Close{From::client, false, at_us, idle, false};
    return;
  }
  in.close = Close{who, by_reset, at_us, idle, in.hosts_turn()};
  // What the client still says to that, such as an alert, is not what ended the stage.
  if (who == From::host) in.end_stages(by_reset ? StageEnd::host_reset : StageEnd::host_fin, at_us);
}

StageEnd Conversation::Inside::stage_end(std::int64_t at_us, Ending& how) const {
  if (close && close->who == From::host) {
    how = close->by_reset ? Ending::reset : Ending::fin;
    return close->by_reset ? StageEnd::host_reset : StageEnd::host_fin;
  }
  bool turn = close ? close->hosts_turn : hosts_turn();
  std::int64_t idle = close ? close->idle_us : at_us - last_at;
  bool unanswered = turn && patience_us <= idle;
  how = close ? Ending::local : unanswered ? Ending::timed_out : Ending::open;
  if (unanswered) return StageEnd::unanswered;
  return close ? StageEnd::left : StageEnd::unknown;
}

void Conversation::Inside::finish(std::int64_t at_us) {
  if (finished) return;
  finished = true;
  StageEnd how = stage_end(at_us, ending);
  ended_at = close ? close->at_us : at_us;
  end_stages(how, ended_at);
}

void Conversation::Inside::end_stages(StageEnd how, std::int64_t at_us) {
  // Once bytes of the answer are missing the stage is no longer x224, and its outcome stays open.
  if (stage == Stage::x224) x224.ended(how, held.host, at_us);
  if (tls) tls->ended(how, at_us);
}

void Conversation::over(std::int64_t at_us) {
  inside_->finish(at_us);
}

void Conversation::Inside::fill_session(evidence::Connection& c) {
  if (tls) {
    c.tls = tls->tls();
    c.nla = tls->nla();
    c.session = tls->session();
    c.asked.tls = tls_first ? "first" : "handshake";
    c.asked.nla = c.nla.outcome != evidence::NlaOutcome::not_tried;
    return;
  }
  if (stage != Stage::clear) return;
  c.session = clear.session();
  c.session->bytes_from_client = clear_bytes.client;
  c.session->bytes_from_host = clear_bytes.host;
  c.session->ms = ms_between(clear.session_began_at(), last_at);
}

evidence::Connection Conversation::take() {
  Inside& in = *inside_;
  in.finish(in.last_at);
  evidence::Connection c;
  c.asked = in.x224.asked();
  c.asked.what = "client";
  c.x224 = in.x224.facts();
  in.fill_session(c);
  c.ending = in.ending;
  c.ended_ms = ms_between(in.began_at.value_or(in.ended_at), in.ended_at);
  c.bytes_sent = in.total.client;
  c.bytes_received = in.total.host;
  c.seen.emplace();
  c.seen->client_reset = in.close && in.close->who == From::client && in.close->by_reset;
  c.seen->lost = in.lost_bytes;
  c.pdus = std::move(in.pdus.lines);
  return c;
}

}  // namespace rdpdoctor::analyze
