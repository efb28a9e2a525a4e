// Drives one Machine over one TCP connection and tells its endings apart.
//
// A read is always pending, so that FIN and RST are noticed at any time; Linux gives what arrived before a
// RST first.
#include <algorithm>

#include "net/core.h"

namespace rdpdoctor::net {

void Connection::connect(const Endpoint& to, Moment by, Machine& machine, Reactor::RecordFn progress,
                         Reactor::RecordFn then, std::uint32_t max_segment) {
  machine_ = &machine;
  progress_ = std::move(progress);
  then_ = std::move(then);
  begun_ = Reactor::now();
  std::error_code error;
  const asio::ip::tcp::endpoint remote(asio::ip::make_address(to.address, error), to.port);
  if (!error) socket_.open(remote.protocol(), error);
  int code = error.value();
  if (code == 0 && max_segment != 0) code = bound_segments(socket_.native_handle(), max_segment);
  if (code != 0) {
    asio::post(core_.context, [self = shared_from_this(), code] {
      if (self->phase_ == Phase::connecting) self->connect_failed(code);
    });
    return;
  }
  ipv6_ = remote.address().is_v6();
  ask_for_icmp(socket_.native_handle(), ipv6_, true);
  if (core_.watches_packets) start_watch(remote);
  arm(by);
  socket_.async_connect(remote, [self = shared_from_this()](std::error_code e) { self->connect_done(e); });
  // Asked now, because a failed connect forgets it.
  const auto local = socket_.local_endpoint(error);
  if (error) return;
  // To ourselves the two are the same and tell nothing.
  if (local.address() != remote.address()) our_address_ = local.address().to_string();
  if (watch_) watch_->ours_is(local.port());
}

void Connection::start_watch(const asio::ip::tcp::endpoint& remote) {
  WatchedPeer peer{.port = remote.port()};
  if (remote.address().is_v4()) {
    std::ranges::copy(remote.address().to_v4().to_bytes(), peer.address.begin());
  } else if (const auto v6 = remote.address().to_v6(); v6.is_v4_mapped()) {
    std::ranges::copy_n(v6.to_bytes().begin() + 12, 4, peer.address.begin());
  } else {
    peer.ipv6 = true;
    std::ranges::copy(v6.to_bytes(), peer.address.begin());
  }
  watch_ = std::make_unique<PacketWatch>(peer, begun_);
}

void Connection::serve(std::unique_ptr<Machine> machine) {
  owned_ = std::move(machine);
  machine_ = owned_.get();
  begun_ = Reactor::now();
  opened();
}

// Whichever way it ended.
void Connection::connect_ended() {
  record_.connect_ms = to_ms(Reactor::now() - begun_);
  if (!socket_.is_open()) return;
  record_.icmp = icmp_seen();
  read_facts();
  // Windows tells them apart; otherwise nothing but SYNs was repeated so far.
  if (record_.syn_retransmits.state == Presence::not_looked) record_.syn_retransmits = record_.retransmits;
}

void Connection::abandon() {
  if (phase_ != Phase::over) finish(Ending::unfinished, 0);
}

void Connection::connect_done(std::error_code error) {
  if (phase_ != Phase::connecting) return;
  std::error_code ignored;
  if (error == asio::error::connection_reset && socket_.available(ignored) != 0) {
    reset_code_ = error.value();  // there is something to read first
    error.clear();
  }
  if (error) return connect_failed(error.value());
  connect_ended();
  ask_for_icmp(socket_.native_handle(), ipv6_, false);
  opened();
}

void Connection::connect_failed(int os_code) {
  connect_ended();
  record_.outcome = connect_outcome(os_code, record_.icmp, ipv6_);
  const bool told = record_.outcome == ConnectOutcome::reset || record_.outcome == ConnectOutcome::timed_out;
  finish(told ? meaning_of(os_code).ending : Ending::error, os_code);
}

void Connection::opened() {
  phase_ = Phase::open;
  record_.outcome = ConnectOutcome::connected;
  std::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  flights_.waiting(Reactor::now());
  read();
  take(machine_->connected(Reactor::now()));
}

void Connection::take(Step step) {
  if (step.wake) {
    arm(*step.wake);
  } else {
    disarm();
  }
  if (!step.send.empty() && !write_broken_) {
    out_.push_back({std::move(step.send), 0, step.separate_segments, step.cut, step.piece});
  }
  if (step.close != Step::Close::no) {
    close_ = step.close;
    phase_ = Phase::flushing;
    arm(Reactor::now() + closing_patience);
  }
  write();
  report();
}

void Connection::read() {
  socket_.async_read_some(
      asio::buffer(buffer_),
      [self = shared_from_this()](std::error_code error, std::size_t n) { self->read_done(error, n); });
}

void Connection::read_done(std::error_code error, std::size_t n) {
  if (phase_ == Phase::over) return;
  if (!error) {
    received(n);
  } else if (phase_ == Phase::lingering) {
    finish(Ending::local, 0);
  } else {
    read_ended(error);
  }
}

void Connection::received(std::size_t n) {
  record_.bytes_received += n;
  flights_.came(n, Reactor::now());
  if (phase_ == Phase::open) {
    take(machine_->received(View(buffer_).first(n), Reactor::now()));
  } else {
    discarded_ += n;  // the machine has said its last word
    if (phase_ == Phase::lingering && closing_bytes < discarded_) finish(Ending::local, 0);
  }
  if (phase_ != Phase::over) read();
}

void Connection::read_ended(std::error_code error) {
  if (error != asio::error::eof) return finish(meaning_of(error.value()).ending, error.value());
  // A write that met the reset has used it up; what is left for the read looks like FIN.
  if (reset_code_ != 0) return finish(Ending::reset, reset_code_);
  if (phase_ != Phase::flushing || write_broken_) return finish(Ending::fin, 0);
  read_closed_ = true;  // the peer may still be reading
}

View Connection::Outgoing::next() const {
  const View left = View(bytes).subspan(done);
  if (!separate) return left;
  if (cut == 0) return left.first(std::min(std::max<std::size_t>(piece, 1), left.size()));
  return done < cut ? left.first(std::min(cut - done, left.size())) : left;
}

void Connection::write() {
  if (writing_ || write_broken_ || phase_ == Phase::over) return;
  if (out_.empty()) {
    if (phase_ == Phase::flushing) close_by_us();
    return;
  }
  writing_ = true;
  const View next = out_.front().next();
  // On Linux an end of record keeps the kernel from joining waiting pieces into one segment.
  const auto flags = out_.front().separate ? asio::socket_base::message_end_of_record : 0;
  socket_.async_send(
      asio::buffer(next.data(), next.size()), flags,
      [self = shared_from_this()](std::error_code error, std::size_t n) { self->write_done(error, n); });
}

void Connection::write_done(std::error_code error, std::size_t n) {
  writing_ = false;
  if (phase_ == Phase::over) return;
  record_.bytes_sent += n;
  if (n != 0) flights_.waiting(Reactor::now());
  if (!error) {
    out_.front().done += n;
    if (out_.front().done == out_.front().bytes.size()) out_.pop_front();
  } else {
    // The pending read delivers what came before, and then tells how it ended. ECONNRESET is a reset without
    // a FIN; Linux gives EPIPE when a FIN came first, and that is what the read will find.
    write_broken_ = true;
    out_.clear();
    if (error != asio::error::broken_pipe) reset_code_ = error.value();
    const Ending how = meaning_of(error.value()).ending;
    if (how != Ending::reset || read_closed_) return finish(how, error.value());
  }
  write();
}

void Connection::close_by_us() {
  std::error_code ignored;
  if (close_ == Step::Close::reset) {
    socket_.set_option(TcpSocket::linger(true, 0), ignored);
    return finish(Ending::local, 0);
  }
  socket_.shutdown(TcpSocket::shutdown_send, ignored);
  if (!owned_ || read_closed_) {
    discard_pending();
    return finish(Ending::local, 0);
  }
  tell_end(Ending::local, 0);
  phase_ = Phase::lingering;
  arm(Reactor::now() + closing_patience);
}

// A close with unread bytes sends RST, which can overtake and spoil our last bytes at the peer.
void Connection::discard_pending() {
  std::error_code error;
  socket_.non_blocking(true, error);
  for (std::size_t total = 0; !error && total < closing_bytes;) {
    std::array<std::uint8_t, 4096> waste;
    total += socket_.read_some(asio::buffer(waste), error);
  }
}

void Connection::arm(Moment when) {
  timer_.expires_at(when);
  timer_.async_wait([self = shared_from_this(), turn = ++timer_turn_](std::error_code error) {
    if (!error && turn == self->timer_turn_) self->timer_fired();
  });
}

void Connection::disarm() {
  ++timer_turn_;
  timer_.cancel();
}

void Connection::timer_fired() {
  switch (phase_) {
    case Phase::connecting:
      connect_ended();
      record_.outcome = ConnectOutcome::timed_out;
      return finish(Ending::timed_out, 0);
    case Phase::open: return take(machine_->woken(Reactor::now()));
    case Phase::flushing:
    case Phase::lingering: return finish(Ending::local, 0);
    case Phase::over: return;
  }
}

Reading<IcmpReport> Connection::icmp_seen() {
  auto seen = read_icmp(socket_.native_handle());
  seen.value.from_us = seen.get() != nullptr && !our_address_.empty() && seen.value.from == our_address_;
  return seen;
}

void Connection::read_facts() {
  read_kernel_facts(socket_.native_handle(), record_);
  record_.flight = flights_.largest();
  if (!watch_) return;
  watch_->read(record_.packets);
  for (IcmpReport& seen : record_.packets.value.icmp) {
    seen.from_us = !our_address_.empty() && seen.from == our_address_;
  }
}

void Connection::report() {
  if (phase_ == Phase::over || !progress_) return;
  read_facts();
  progress_(record_);
}

void Connection::tell_end(Ending how, int os_code) {
  Machine* const machine = std::exchange(machine_, nullptr);
  if (machine == nullptr) return;  // told before lingering
  const Moment now = Reactor::now();
  record_.ending = how;
  record_.os_error = os_code;
  record_.ended_ms = to_ms(now - begun_);
  machine->ended(how, now);
  owned_.reset();
}

void Connection::finish(Ending how, int os_code) {
  const auto self = shared_from_this();
  phase_ = Phase::over;
  disarm();
  std::error_code ignored;
  if (socket_.is_open()) read_facts();
  watch_.reset();
  socket_.close(ignored);
  std::erase(core_.clients, self);
  tell_end(how, os_code);
  progress_ = nullptr;
  if (const auto then = std::exchange(then_, nullptr)) then(record_);
}

}  // namespace rdpdoctor::net
