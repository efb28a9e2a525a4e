#include "analyze/kept_connections.h"

#include <algorithm>

namespace rdpdoctor::analyze {

void KeptConnections::add(PieceConnection connection, std::int64_t began_us) {
  const bool full = kept_ == most;
  auto known = hosts_.find(connection.address);
  if (full && known == hosts_.end()) {
    ++left_out_;
    return;
  }
  Host& host = known != hosts_.end() ? known->second : hosts_[connection.address];
  if (!full && host.first.size() < (most_of_a_host_ + 1) / 2) {
    host.first.push_back({began_us, std::move(connection)});
    ++kept_;
    return;
  }
  host.last.push_back({began_us, std::move(connection)});
  ++kept_;
  if (full || host.last.size() > most_of_a_host_ / 2) {
    host.last.pop_front();
    --kept_;
    ++left_out_;
  }
}

std::vector<PieceConnection> KeptConnections::take() {
  std::vector<Kept> all;
  all.reserve(kept_);
  for (auto& [address, host] : hosts_) {
    std::ranges::move(host.first, std::back_inserter(all));
    std::ranges::move(host.last, std::back_inserter(all));
  }
  hosts_.clear();
  kept_ = 0;
  std::ranges::stable_sort(all, {}, &Kept::began_us);
  std::vector<PieceConnection> out;
  out.reserve(all.size());
  for (Kept& kept : all) out.push_back(std::move(kept.connection));
  return out;
}

}  // namespace rdpdoctor::analyze
