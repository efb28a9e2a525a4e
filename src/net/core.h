// Private to net/*.cpp: the Asio side of the reactor. Only the four files that drive sockets and timers
// include it.
#pragma once

#include "net/flight.h"
#include "net/internal.h"
#include "net/packet_watch.h"

// Only after a standard header does Asio see which allocator the standard library offers; every file must see
// the same, or memory is given back to another allocator than it came from. So this header comes before any
// other of Asio's.
#include <asio/basic_signal_set.hpp>
#include <asio/basic_socket_acceptor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>

#include <array>
#include <deque>
#include <mutex>

namespace rdpdoctor::net {

using Executor = asio::io_context::executor_type;
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using SignalSet = asio::basic_signal_set<Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

class Connection;
class DatagramExchange;
class Listener;

// How a thread that outlives the reactor reaches it, or learns that it is gone.
struct Mailbox {
  std::mutex mutex;
  asio::io_context* context = nullptr;  // nullptr: the reactor is gone
};

// INVARIANT: `context` is first, so that it is destroyed last: sockets and timers need it to the end.
struct Core {
  asio::io_context context{1};
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  std::vector<std::shared_ptr<Connection>> clients;  // open ones, oldest first
  std::vector<std::shared_ptr<DatagramExchange>> exchanges;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::unique_ptr<SignalSet> signals;
  std::function<void()> on_signal;
  bool watches_packets = false;
};

struct Reactor::State final : Core {};

void abandon_exchanges(Core& core);  // the reactor was stopped

// Drives one machine over one socket, from connect or accept to the end. Kept alive by its pending
// operations.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Core& core, TcpSocket socket) : core_(core), socket_(std::move(socket)), timer_(core.context) {}

  void connect(const Endpoint& to, Moment by, Machine& machine, Reactor::RecordFn progress,
               Reactor::RecordFn then, std::uint32_t max_segment);
  void serve(std::unique_ptr<Machine> machine);
  void abandon();  // the reactor was stopped

 private:
  enum class Phase {
    connecting,
    open,
    flushing,   // the machine wants to close; its last bytes are not yet handed over
    lingering,  // server, FIN sent: reading on so that unread data does not turn it into RST
    over,
  };
  struct Outgoing {
    Bytes bytes;
    std::size_t done = 0;
    bool separate = false;
    std::size_t cut = 0;
    std::size_t piece = 1;
    [[nodiscard]] View next() const;
  };

  void start_watch(const asio::ip::tcp::endpoint& remote);
  void connect_ended();
  void connect_done(std::error_code error);
  void connect_failed(int os_code);
  void opened();
  void take(Step step);
  void read();
  void read_done(std::error_code error, std::size_t n);
  void received(std::size_t n);
  void read_ended(std::error_code error);
  void write();
  void write_done(std::error_code error, std::size_t n);
  void close_by_us();
  void discard_pending();
  void arm(Moment when);
  void disarm();
  void timer_fired();
  [[nodiscard]] Reading<IcmpReport> icmp_seen();
  void read_facts();
  void report();
  void tell_end(Ending how, int os_code);
  void finish(Ending how, int os_code);

  Core& core_;
  TcpSocket socket_;
  Timer timer_;
  unsigned timer_turn_ = 0;  // a completion of an earlier turn is stale
  Phase phase_ = Phase::connecting;
  Machine* machine_ = nullptr;
  std::unique_ptr<Machine> owned_;  // server side
  Reactor::RecordFn progress_;
  Reactor::RecordFn then_;
  TcpRecord record_;
  std::unique_ptr<PacketWatch> watch_;
  Flights flights_;
  Moment begun_;
  std::string our_address_;
  bool ipv6_ = false;
  std::deque<Outgoing> out_;
  Step::Close close_ = Step::Close::no;
  bool writing_ = false;
  bool read_closed_ = false;  // FIN read while flushing
  int reset_code_ = 0;        // a reset that another call than read() took notice of
  bool write_broken_ = false;
  std::size_t discarded_ = 0;
  std::array<std::uint8_t, 16384> buffer_;
};

class Listener final : public std::enable_shared_from_this<Listener> {
 public:
  Listener(Core& core, Reactor::MakeMachine make)
      : core_(core), acceptor_(core.context), pause_(core.context), make_(std::move(make)) {}
  [[nodiscard]] Result<std::uint16_t> start(const Endpoint& at);

 private:
  void accept();
  void accepted(std::error_code error, TcpSocket socket);

  Core& core_;
  Acceptor acceptor_;
  Timer pause_;
  Reactor::MakeMachine make_;
};

// For an orderly goodbye: flushing our last bytes, waiting for the peer's FIN.
inline constexpr std::chrono::seconds closing_patience{2};
inline constexpr std::size_t closing_bytes = 1U << 20;

}  // namespace rdpdoctor::net
