#include "analyze/tcp_stream.h"

#include <algorithm>

#include "wire/ip_packet.h"

namespace rdpdoctor::analyze {
namespace {

constexpr std::size_t most_waiting_bytes = 256 * 1024;
constexpr std::size_t most_waiting_pieces = 2048;
// No window is larger (RFC 7323 2.3): beyond it lies a forgery or another connection's packet.
constexpr std::int64_t largest_window = 1 << 30;
constexpr std::int64_t near_by = 1 << 20;
// One acknowledgment may have been captured before the data that it is for.
constexpr int telling_acknowledgments = 2;

}  // namespace

void TcpStream::begin(std::uint32_t sequence) {
  begun_ = true;
  due_ = sequence;
}

std::int64_t TcpStream::place(std::uint32_t sequence) const {
  return due_at_ + wire::sequence_distance(due_, sequence);
}

bool TcpStream::near(std::uint32_t sequence) const {
  const std::int64_t distance = place(sequence) - due_at_;
  return !begun_ || (-near_by < distance && distance < near_by);
}

void TcpStream::segment(std::uint32_t sequence, View payload, std::uint32_t length, StreamSink& sink) {
  const std::int64_t from = place(sequence);
  const std::int64_t to = from + length;
  if (from < due_at_ - largest_window || due_at_ + largest_window < from) return;
  // A keep-alive repeats one byte on purpose (RFC 9293 3.8.4).
  if (length == 1 && from == due_at_ - 1) return;
  ++data_packets_;
  largest_ = std::max(largest_, length);
  tally(from, to);
  high_ = std::max(high_, to);
  if (to <= due_at_) return;
  if (due_at_ < from) {
    keep(from, payload, to);
    // The other side had what is missing here before this came: the capture alone lost it.
    if (from <= acknowledged_ || waiting_bytes_ > most_waiting_bytes || waiting_.size() > most_waiting_pieces)
      give_up(sink);
    return;
  }
  deliver(from, payload, to, sink);
  drain(sink);
}

void TcpStream::tally(std::int64_t from, std::int64_t to) {
  if (high_ < from) {
    if (acknowledged_ < from) ++gaps_;
    return;
  }
  if (high_ < to) return;
  bool had = to <= due_at_;
  auto after = waiting_.upper_bound(from);
  if (!had && after != waiting_.begin()) had = to <= std::prev(after)->second.to;
  if (had) ++repeats_;
}

void TcpStream::deliver(std::int64_t from, View captured, std::int64_t to, StreamSink& sink) {
  const auto known = static_cast<std::size_t>(due_at_ - from);  // come before
  const auto fresh = static_cast<std::size_t>(to - due_at_);
  View news = captured.subspan(std::min(known, captured.size()));
  news = news.first(std::min(news.size(), fresh));
  due_ += static_cast<std::uint32_t>(fresh);
  due_at_ = to;
  if (!news.empty()) sink.bytes(news);
  if (news.size() < fresh) sink.lost(fresh - news.size());
}

void TcpStream::keep(std::int64_t from, View captured, std::int64_t to) {
  auto [at, added] = waiting_.try_emplace(from);
  if (!added && to <= at->second.to) return;
  waiting_bytes_ -= at->second.captured.size();
  waiting_bytes_ += captured.size();
  at->second = Piece{Bytes(captured.begin(), captured.end()), to};
}

void TcpStream::drain(StreamSink& sink) {
  while (!waiting_.empty() && waiting_.begin()->first <= due_at_) {
    auto piece = waiting_.extract(waiting_.begin());
    waiting_bytes_ -= piece.mapped().captured.size();
    acknowledgments_beyond_ = 0;
    if (due_at_ < piece.mapped().to) deliver(piece.key(), piece.mapped().captured, piece.mapped().to, sink);
  }
}

void TcpStream::give_up(StreamSink& sink) {
  if (waiting_.empty()) return;
  const std::int64_t gap = waiting_.begin()->first - due_at_;
  due_ += static_cast<std::uint32_t>(gap);
  due_at_ += gap;
  sink.lost(static_cast<std::uint64_t>(gap));
  drain(sink);
}

void TcpStream::fin(std::uint32_t sequence) {
  const std::int64_t at = place(sequence);
  if (!fin_at_ && due_at_ <= at && at < due_at_ + near_by) fin_at_ = at;
}

void TcpStream::acknowledged(std::uint32_t number, StreamSink& sink) {
  const std::int64_t at = place(number);
  if (at < acknowledged_ || due_at_ + near_by < at) return;
  acknowledged_ = at;
  if (waiting_.empty() || at < waiting_.begin()->second.to) return;
  if (++acknowledgments_beyond_ < telling_acknowledgments) return;
  if (gaps_ > 0) --gaps_;  // of the capture, not of the path
  give_up(sink);
}

void TcpStream::over(bool other_side_seen, StreamSink& sink) {
  while (!waiting_.empty() && (!other_side_seen || waiting_.begin()->first <= acknowledged_)) give_up(sink);
  waiting_.clear();
  waiting_bytes_ = 0;
  const std::int64_t had = fin_at_ ? std::min(acknowledged_, *fin_at_) : acknowledged_;
  // One more than was seen is a FIN that was not.
  if (due_at_ + 1 < had) sink.lost(static_cast<std::uint64_t>(had - due_at_));
}

}  // namespace rdpdoctor::analyze
