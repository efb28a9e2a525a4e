// The TCP connections of a capture while it is read: which are Remote Desktop, and when one is over. Bounded
// whatever the capture holds.
#pragma once

#include <list>
#include <unordered_map>

#include "analyze/capture.h"
#include "analyze/kept_connections.h"
#include "analyze/tcp_flow.h"

namespace rdpdoctor::analyze {

// Both ends of a packet, in an order that does not depend on its direction.
struct FlowKey {
  wire::Endpoint low;
  wire::Endpoint high;
  bool operator==(const FlowKey&) const = default;
  static FlowKey of(const wire::Endpoint& a, const wire::Endpoint& b) {
    return a < b ? FlowKey{a, b} : FlowKey{b, a};
  }
};
struct FlowKeyHash {
  std::size_t operator()(const FlowKey& key) const;
};

class FlowTable {
 public:
  // All must outlive it.
  FlowTable(const CaptureOptions& options, const wire::TlsKeyLog& secrets, KeptConnections& kept)
      : options_(options), secrets_(secrets), kept_(kept) {}

  void tcp(const wire::DecodedPacket& p, std::int64_t at_us);
  void icmp(const wire::DecodedPacket& error, std::int64_t at_us);
  void over(std::int64_t at_us);  // the capture ends

 private:
  // Young: to another port, and nothing was said yet. The lists are in order of the last packet.
  enum class Age { young, open, closed };
  struct Entry {
    FlowKey key;
    TcpFlow flow;
    Age age;
  };
  using Entries = std::list<Entry>;

  [[nodiscard]] Entries& list_of(Age age) { return entries_[static_cast<std::size_t>(age)]; }
  void begin(const FlowKey& key, const wire::DecodedPacket& p, std::int64_t at_us);
  void go_on(Entries::iterator entry, const wire::DecodedPacket& p, std::int64_t at_us);
  void move_to(Age age, Entries::iterator entry);
  void finish(Entries::iterator entry, std::int64_t now_us);
  void forget_old(std::int64_t at_us);

  const CaptureOptions& options_;
  const wire::TlsKeyLog& secrets_;
  KeptConnections& kept_;
  std::array<Entries, 3> entries_;  // by Age
  std::unordered_map<FlowKey, Entries::iterator, FlowKeyHash> by_key_;
};

}  // namespace rdpdoctor::analyze
