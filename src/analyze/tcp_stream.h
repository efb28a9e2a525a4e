// One direction of a TCP connection in a capture: its bytes in order, and what of it was lost, repeated or
// came early. Bounded: at most 256 KiB wait for what is missing before them.
#pragma once

#include <map>
#include <optional>

#include "base/bytes.h"

namespace rdpdoctor::analyze {

// Who is told what a stream has in order.
class StreamSink {
 public:
  StreamSink() = default;
  StreamSink(const StreamSink&) = delete;
  StreamSink& operator=(const StreamSink&) = delete;
  virtual ~StreamSink() = default;
  virtual void bytes(View payload) = 0;        // borrowed
  virtual void lost(std::uint64_t bytes) = 0;  // the capture does not have them
};

class TcpStream {
 public:
  [[nodiscard]] bool begun() const { return begun_; }
  void begin(std::uint32_t sequence);  // the sequence number of its first byte

  // Data from here. `length` is what the headers say, `payload` what was captured of it. REQUIRES: begun.
  void segment(std::uint32_t sequence, View payload, std::uint32_t length, StreamSink& sink);
  void fin(std::uint32_t sequence);  // the FIN's own number
  // The other side has everything before `number`.
  void acknowledged(std::uint32_t number, StreamSink& sink);
  // No more will come. What waits behind a gap goes on only when the other side had what is missing, or
  // nothing was seen of that side: else it was lost on the way, and nobody ever read what came after it.
  void over(bool other_side_seen, StreamSink& sink);

  [[nodiscard]] bool finished() const { return fin_at_ && *fin_at_ <= due_at_; }  // all up to its FIN
  [[nodiscard]] bool has_gap() const { return !waiting_.empty(); }
  // Whether `sequence` lies where the stream is now: a RST from elsewhere is not this connection's end.
  [[nodiscard]] bool near(std::uint32_t sequence) const;
  [[nodiscard]] std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(high_);
  }  // up to the farthest seen
  [[nodiscard]] std::uint32_t data_packets() const { return data_packets_; }
  [[nodiscard]] std::uint32_t gaps() const { return gaps_; }        // as evidence::SeenPackets has them
  [[nodiscard]] std::uint32_t repeats() const { return repeats_; }  // "
  [[nodiscard]] std::uint32_t largest() const { return largest_; }  // segment

 private:
  struct Piece {
    Bytes captured;
    std::int64_t to = 0;
  };
  [[nodiscard]] std::int64_t place(std::uint32_t sequence) const;
  void tally(std::int64_t from, std::int64_t to);
  void deliver(std::int64_t from, View captured, std::int64_t to, StreamSink& sink);
  void keep(std::int64_t from, View captured, std::int64_t to);
  void drain(StreamSink& sink);
  void give_up(StreamSink& sink);  // the gap before what waits

  bool begun_ = false;
  std::uint32_t due_ = 0;                  // the sequence number of the next byte
  std::int64_t due_at_ = 0;                // the same, as a place in the stream
  std::int64_t high_ = 0;                  // after the farthest byte seen
  std::int64_t acknowledged_ = 0;          // by the other side
  std::optional<std::int64_t> fin_at_;     // its place
  std::map<std::int64_t, Piece> waiting_;  // by place, all beyond due_at_
  std::size_t waiting_bytes_ = 0;
  int acknowledgments_beyond_ = 0;  // of what waits, since the gap is open
  std::uint32_t data_packets_ = 0;
  std::uint32_t gaps_ = 0;
  std::uint32_t repeats_ = 0;
  std::uint32_t largest_ = 0;
};

}  // namespace rdpdoctor::analyze
