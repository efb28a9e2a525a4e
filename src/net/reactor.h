// The only sockets: one reactor drives any number of Machines over TCP, resolves names, keeps timers and
// catches Ctrl-C. One thread; callbacks run inside run(). Built on standalone Asio, which stays inside
// net/*.cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/reading.h"
#include "net/datagram.h"
#include "net/echo.h"
#include "net/icmp.h"
#include "net/machine.h"
#include "net/name_server.h"

namespace rdpdoctor::net {

enum class ConnectOutcome {
  pending,
  connected,
  refused,  // RST to the SYN, or ICMP port unreachable: see icmp
  reset,    // accepted and reset before connect() was reported
  timed_out,
  host_unreachable,     // ICMP host unreachable, or no neighbour answered
  network_unreachable,  // ICMP network unreachable
  prohibited,           // ICMP administratively prohibited
  no_route,             // this machine has no route: our side
  not_permitted,        // this machine's own policy forbids it (EPERM, EACCES, WSAEACCES)
  failed,               // any other, see os_error
};

// The connection's own packets as they arrived: only where this process may watch them.
struct PacketRecord {
  struct Rst {
    std::uint32_t ttl = 0;  // hop limit, for IPv6
    double at_ms = 0;       // since the connect began
  };
  std::uint32_t syn_ack_ttl = 0;        // 0: none seen
  std::uint32_t syn_ack_mss = 0;        // 0: no such option
  std::vector<std::uint32_t> data_ttl;  // of packets with payload, each value once
  std::vector<Rst> resets;
  std::uint32_t data_packets = 0;  // the kernel may have joined several into one
  std::uint32_t gaps = 0;          // data that came beyond what was due
  std::uint32_t repeats = 0;       // data that had come before
  std::vector<IcmpReport> icmp;    // about this connection, at any time of it
};

// The most bytes that came without a byte of ours between them.
struct FlightRecord {
  std::size_t bytes = 0;
  std::size_t first_bytes = 0;  // in its first read
  double wait_ms = 0;           // from our last byte to its first
  double spread_ms = 0;         // from its first byte to its last
};

// What the kernel knows of one connection. Milliseconds and bytes.
struct TcpRecord {
  ConnectOutcome outcome = ConnectOutcome::pending;
  int os_error = 0;
  double connect_ms = 0;     // until connected or failed
  Reading<IcmpReport> icmp;  // IP_RECVERR on Linux; unreadable on Windows
  Reading<double> rtt_ms;    // TCP_INFO, smoothed
  Reading<double> least_rtt_ms;
  Reading<double> rtt_variation_ms;
  Reading<std::uint32_t> syn_retransmits;
  Reading<std::uint32_t> retransmits;    // TCP_INFO, total over the connection, SYNs included
  Reading<std::uint32_t> needless;       // of those, told needless by the peer (DSACK)
  Reading<std::uint32_t> segments_sent;  // with data, repeats included
  Reading<std::uint32_t> mss;            // send MSS
  Reading<std::uint32_t> received_mss;   // the kernel's estimate of the largest segment received
  Reading<std::uint32_t> path_mtu;
  Reading<PacketRecord> packets;  // unreadable without the right to watch packets (Linux: CAP_NET_RAW)
  FlightRecord flight;
  Ending ending = Ending::open;
  double ended_ms = 0;  // since the connect began
  std::size_t bytes_sent = 0;
  std::size_t bytes_received = 0;
};

struct Endpoint {
  std::string address;  // numeric, IPv4 or IPv6 (may have a %scope)
  std::uint16_t port = 0;
};

struct Resolution {
  enum class Outcome { resolved, not_found, no_answer, failed, timed_out };
  Outcome outcome = Outcome::failed;
  std::vector<std::string> addresses;  // numeric, in the order the system would try them, without repeats
  std::string error;                   // the system's word for it
  int os_code = 0;
  double ms = 0;
};

class Reactor {
 public:
  Reactor();
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // The system's own resolver (hosts file, DNS, …), in a thread that is abandoned at the deadline.
  void resolve(const std::string& name, Moment deadline, std::function<void(Resolution)> then);

  // Connects and drives `machine` to its end. `progress` after each change of the record (connected, each
  // event); `then` exactly once, after Machine::ended(). The machine must live until then. `connect_by`
  // bounds the connect. `max_segment` (TCP_MAXSEG) bounds the segments of both sides, 0: the system's choice;
  // where the system can't, the connection fails with its code.
  using RecordFn = std::function<void(const TcpRecord&)>;
  void connect(const Endpoint& to, Moment connect_by, Machine& machine, RecordFn progress, RecordFn then,
               std::uint32_t max_segment = 0);
  // Whether `max_segment` can be had on this system.
  [[nodiscard]] static bool can_bound_segments();

  // Connections begun from now on record their packets, if this process may (else `packets` is unreadable and
  // says why).
  void watch_packets();

  // One datagram socket, connected to `to`, driven by `machine` to its end; `then` after its ended().
  void exchange(const Endpoint& to, DatagramMachine& machine,
                std::function<void(const DatagramRecord&)> then);
  // Answers datagrams that arrive at `at` (port 0 picks one) until the reactor is destroyed. Gives the port.
  using AnswerFn = std::function<std::vector<Bytes>(View datagram)>;
  [[nodiscard]] Result<std::uint16_t> serve_datagrams(const Endpoint& at, AnswerFn answer);

  // ICMP echo requests, see echo.h. `then` exactly once.
  void echo(const EchoRequest& request, std::function<void(const EchoRecord&)> then);

  // One question to one DNS server, in a thread that is abandoned at the deadline; see name_server.h.
  void ask_name_server(const NameQuestion& question, Moment deadline, std::function<void(NameReply)> then);

  // Listens; each accepted connection gets a machine from `make` (nullptr: reset it at once). Port 0 picks
  // one. Gives the real port. Listening goes on until the reactor is destroyed.
  using MakeMachine = std::function<std::unique_ptr<Machine>()>;
  [[nodiscard]] Result<std::uint16_t> listen(const Endpoint& at, MakeMachine make);

  void at(Moment when, std::function<void()> then);
  void post(std::function<void()> then);
  // SIGINT, SIGTERM, Ctrl-C: each calls `then`, instead of the default action; nullptr gives that back.
  // Waiting for it does not keep run() going.
  void on_interrupt(std::function<void()> then);

  // Until stop(), or until nothing is left to wait for (a listener always waits). Can be called again.
  void run();
  // run() returns soon. Client connections open then end as Ending::unfinished and `then` is called for each;
  // timers and questions keep waiting for the next run(). Destroying the reactor instead calls nobody.
  void stop();
  [[nodiscard]] static Moment now();
  [[nodiscard]] static Instant wall_clock();
  // Fills `out` from the system's cryptographic source.
  static void random(std::span<std::uint8_t> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rdpdoctor::net
