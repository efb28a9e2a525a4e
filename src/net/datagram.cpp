// Drives one DatagramMachine over one connected datagram socket; answers datagrams for the lab.
#include "net/core.h"  // before any other Asio header, see there

#include <asio/basic_datagram_socket.hpp>
#include <asio/ip/udp.hpp>

#include "net/datagram_socket.h"
#include "wire/icmp.h"

namespace rdpdoctor::net {

using UdpSocket = asio::basic_datagram_socket<asio::ip::udp, Executor>;

// A shorter buffer would cut a datagram; Windows then gives the code that also means "too big to send".
constexpr std::size_t largest_datagram = 65536;

namespace {

bool says_too_big(const Reading<IcmpReport>& icmp, bool ipv6) {
  const IcmpReport* report = icmp.get();
  auto version = ipv6 ? wire::IpVersion::v6 : wire::IpVersion::v4;
  return report != nullptr && wire::icmp_says(version, report->type, report->code) == wire::IcmpSays::too_big;
}

DatagramOutcome outcome_of(std::error_code error, const Reading<IcmpReport>& icmp, bool ipv6) {
  if (error == asio::error::message_size || says_too_big(icmp, ipv6)) return DatagramOutcome::too_big;
  switch (connect_outcome(error.value(), icmp, ipv6)) {
    case ConnectOutcome::refused:
    case ConnectOutcome::reset: return DatagramOutcome::refused;  // Windows' word for ICMP port unreachable
    case ConnectOutcome::host_unreachable:
    case ConnectOutcome::network_unreachable:
    case ConnectOutcome::no_route: return DatagramOutcome::unreachable;
    case ConnectOutcome::prohibited: return DatagramOutcome::prohibited;
    case ConnectOutcome::not_permitted: return DatagramOutcome::not_permitted;
    default: return DatagramOutcome::failed;
  }
}

}  // namespace

class DatagramExchange final : public std::enable_shared_from_this<DatagramExchange> {
 public:
  DatagramExchange(Core& core, DatagramMachine& machine, std::function<void(const DatagramRecord&)> then)
      : core_(core),
        socket_(core.context),
        timer_(core.context),
        machine_(&machine),
        then_(std::move(then)) {}

  void begin(const Endpoint& to);
  void finish();

 private:
  void take(DatagramStep step);
  void receive();
  void failed(std::error_code error);
  void arm(Moment when);

  Core& core_;
  UdpSocket socket_;
  Timer timer_;
  unsigned timer_turn_ = 0;  // a completion of an earlier turn is stale
  DatagramMachine* machine_;
  std::function<void(const DatagramRecord&)> then_;
  DatagramRecord record_;
  bool ipv6_ = false;
  bool over_ = false;
  std::string our_address_;
  Bytes buffer_ = Bytes(largest_datagram);
};

void DatagramExchange::begin(const Endpoint& to) {
  if (over_) return;  // stopped before it began
  std::error_code error;
  const asio::ip::udp::endpoint remote(asio::ip::make_address(to.address, error), to.port);
  ipv6_ = remote.address().is_v6();
  if (!error) socket_.open(remote.protocol(), error);
  if (!error) {
    ask_for_icmp(socket_.native_handle(), ipv6_, true);
    socket_.connect(remote, error);
  }
  if (error) return failed(error);
  const auto local = socket_.local_endpoint(error).address();
  if (!error && local != remote.address()) our_address_ = local.to_string();
  take(machine_->opened(Reactor::now()));
  if (!over_) receive();
}

void DatagramExchange::take(DatagramStep step) {
  ++timer_turn_;
  if (step.wake) arm(*step.wake);
  if (!step.send.empty()) allow_fragments(socket_.native_handle(), ipv6_, step.may_be_fragmented);
  for (const Bytes& datagram : step.send) {
    std::error_code error;
    socket_.send(asio::buffer(datagram), 0, error);
    if (error) return failed(error);
    ++record_.sent;
  }
  if (step.close) finish();
}

void DatagramExchange::receive() {
  socket_.async_receive(asio::buffer(buffer_),
                        [self = shared_from_this()](std::error_code error, std::size_t n) {
                          if (self->over_) return;
                          if (error) return self->failed(error);
                          ++self->record_.received;
                          self->take(self->machine_->received(View(self->buffer_).first(n), Reactor::now()));
                          if (!self->over_) self->receive();
                        });
}

void DatagramExchange::failed(std::error_code error) {
  record_.os_error = error.value();
  if (socket_.is_open()) {
    record_.icmp = read_icmp(socket_.native_handle());
    IcmpReport& seen = record_.icmp.value;
    seen.from_us = record_.icmp.get() != nullptr && !our_address_.empty() && seen.from == our_address_;
  }
  record_.outcome = outcome_of(error, record_.icmp, ipv6_);
  finish();
}

void DatagramExchange::arm(Moment when) {
  timer_.expires_at(when);
  timer_.async_wait([self = shared_from_this(), turn = timer_turn_](std::error_code error) {
    if (!error && !self->over_ && turn == self->timer_turn_) {
      self->take(self->machine_->woken(Reactor::now()));
    }
  });
}

void DatagramExchange::finish() {
  if (over_) return;
  over_ = true;
  const auto self = shared_from_this();
  std::error_code ignored;
  if (socket_.is_open()) record_.path_mtu = path_mtu_of(socket_.native_handle(), ipv6_);
  socket_.close(ignored);
  timer_.cancel();
  std::erase(core_.exchanges, self);
  machine_->ended(record_, Reactor::now());
  if (const auto then = std::exchange(then_, nullptr)) then(record_);
}

void abandon_exchanges(Core& core) {
  const auto open = std::exchange(core.exchanges, {});
  for (const auto& exchange : open) exchange->finish();
}

void Reactor::exchange(const Endpoint& to, DatagramMachine& machine,
                       std::function<void(const DatagramRecord&)> then) {
  auto exchange = std::make_shared<DatagramExchange>(*state_, machine, std::move(then));
  state_->exchanges.push_back(exchange);
  asio::post(state_->context, [exchange = std::move(exchange), to] { exchange->begin(to); });
}

namespace {

// Kept alive by its pending receive.
class DatagramServer final : public std::enable_shared_from_this<DatagramServer> {
 public:
  DatagramServer(asio::io_context& context, Reactor::AnswerFn answer)
      : socket_(context), answer_(std::move(answer)) {}

  [[nodiscard]] Result<std::uint16_t> start(const Endpoint& at);

 private:
  void receive();
  void received(std::error_code error, std::size_t n);

  UdpSocket socket_;
  Reactor::AnswerFn answer_;
  asio::ip::udp::endpoint from_;
  Bytes buffer_ = Bytes(largest_datagram);
};

Result<std::uint16_t> DatagramServer::start(const Endpoint& at) {
  std::string doing = "listen on " + at.address + " UDP port " + std::to_string(at.port);
  std::error_code error;
  const auto address = asio::ip::make_address(at.address, error);
  if (error) {
    return std::unexpected(Error{std::move(doing), ErrorKind::usage, 0, "a numeric IPv4 or IPv6 address"});
  }
  const asio::ip::udp::endpoint endpoint(address, at.port);
  socket_.open(endpoint.protocol(), error);
  if (!error && address.is_v6()) socket_.set_option(asio::ip::v6_only(true), error);
  if (!error) socket_.bind(endpoint, error);
  if (error) {
    return std::unexpected(Error{std::move(doing), meaning_of(error.value()).kind, error.value(), ""});
  }
  const std::uint16_t port = socket_.local_endpoint(error).port();
  receive();
  return port;
}

void DatagramServer::receive() {
  socket_.async_receive_from(
      asio::buffer(buffer_), from_,
      [self = shared_from_this()](std::error_code error, std::size_t n) { self->received(error, n); });
}

void DatagramServer::received(std::error_code error, std::size_t n) {
  // On Windows an answer that nobody took comes back as an error of the next receive.
  const bool passing = error == asio::error::connection_reset || error == asio::error::connection_refused;
  if (error && !passing) return;
  if (!error) {
    for (const Bytes& answer : answer_(View(buffer_).first(n))) {
      std::error_code ignored;
      socket_.send_to(asio::buffer(answer), from_, 0, ignored);
    }
  }
  receive();
}

}  // namespace

Result<std::uint16_t> Reactor::serve_datagrams(const Endpoint& at, AnswerFn answer) {
  return std::make_shared<DatagramServer>(state_->context, std::move(answer))->start(at);
}

}  // namespace rdpdoctor::net
