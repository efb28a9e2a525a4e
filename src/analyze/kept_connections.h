// The connections of a capture that are kept: of each host the first ones and the last ones, and not more
// than a case file can hold in all.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "analyze/piece.h"

namespace rdpdoctor::analyze {

class KeptConnections {
 public:
  explicit KeptConnections(std::size_t most_of_a_host) : most_of_a_host_(most_of_a_host) {}
  void add(PieceConnection connection, std::int64_t began_us);
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }
  [[nodiscard]] std::vector<PieceConnection> take();  // in order of time

 private:
  static constexpr std::size_t most = 10'000;
  struct Kept {
    std::int64_t began_us = 0;
    PieceConnection connection;
  };
  struct Host {
    std::vector<Kept> first;
    std::deque<Kept> last;
  };
  std::size_t most_of_a_host_;
  std::map<std::string, Host> hosts_;  // by address
  std::size_t kept_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace rdpdoctor::analyze
