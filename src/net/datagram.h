// The shape of what speaks over datagrams: events in, a step out, as in machine.h.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/reading.h"
#include "base/time.h"
#include "net/icmp.h"

namespace rdpdoctor::net {

enum class DatagramOutcome {
  open,           // nothing went wrong so far
  refused,        // ICMP port unreachable
  unreachable,    // ICMP host or network unreachable, or this machine has no route
  prohibited,     // ICMP administratively prohibited
  too_big,        // larger than the path takes, by this machine's or a router's word; never fragmented by us
  not_permitted,  // this machine's own policy forbids it
  failed,         // any other, see os_error
};
struct DatagramRecord {
  DatagramOutcome outcome = DatagramOutcome::open;
  int os_error = 0;
  Reading<IcmpReport> icmp;         // IP_RECVERR on Linux; unreadable on Windows
  Reading<std::uint32_t> path_mtu;  // as the system knows it at the end
  std::uint32_t sent = 0;
  std::uint32_t received = 0;
};

struct DatagramStep {
  std::vector<Bytes> send{};       // one datagram each, with "don't fragment" set …
  bool may_be_fragmented = false;  // … or not, as Windows' own client sends them
  bool close = false;
  std::optional<Moment> wake{};  // as in Step
};

class DatagramMachine {
 public:
  virtual ~DatagramMachine() = default;
  [[nodiscard]] virtual DatagramStep opened(Moment now) = 0;
  [[nodiscard]] virtual DatagramStep received(View datagram, Moment now) = 0;
  [[nodiscard]] virtual DatagramStep woken(Moment now) = 0;
  // An error was told (record.outcome), or the machine closed, or the reactor was stopped. Last event.
  virtual void ended(const DatagramRecord& record, Moment now) = 0;
};

}  // namespace rdpdoctor::net
