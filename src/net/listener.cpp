// Accepts connections and gives each its machine.
#include "net/core.h"

namespace rdpdoctor::net {

Result<std::uint16_t> Reactor::listen(const Endpoint& at, MakeMachine make) {
  auto listener = std::make_shared<Listener>(*state_, std::move(make));
  auto port = listener->start(at);
  if (port) state_->listeners.push_back(std::move(listener));
  return port;
}

Result<std::uint16_t> Listener::start(const Endpoint& at) {
  std::string doing = "listen on " + at.address + " port " + std::to_string(at.port);
  std::error_code error;
  const auto address = asio::ip::make_address(at.address, error);
  if (error) {
    return std::unexpected(Error{std::move(doing), ErrorKind::usage, 0, "a numeric IPv4 or IPv6 address"});
  }
  const asio::ip::tcp::endpoint endpoint(address, at.port);
  acceptor_.open(endpoint.protocol(), error);
#ifndef _WIN32
  // A port in TIME_WAIT may be used again. On Windows the same option would share a port that is in use.
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
#endif
  if (!error && address.is_v6()) acceptor_.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(Acceptor::max_listen_connections, error);
  if (error)
    return std::unexpected(Error{std::move(doing), meaning_of(error.value()).kind, error.value(), ""});
  const std::uint16_t port = acceptor_.local_endpoint(error).port();
  accept();
  return port;
}

void Listener::accept() {
  acceptor_.async_accept([self = shared_from_this()](std::error_code error, TcpSocket socket) {
    self->accepted(error, std::move(socket));
  });
}

void Listener::accepted(std::error_code error, TcpSocket socket) {
  if (!acceptor_.is_open()) return;
  if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space) {
    pause_.expires_after(std::chrono::milliseconds(100));  // until other connections have gone
    pause_.async_wait([self = shared_from_this()](std::error_code) { self->accept(); });
    return;
  }
  if (!error) {
    if (auto machine = make_()) {
      std::make_shared<Connection>(core_, std::move(socket))->serve(std::move(machine));
    } else {
      std::error_code ignored;
      socket.set_option(TcpSocket::linger(true, 0), ignored);
      socket.close(ignored);
    }
  }
  accept();
}

}  // namespace rdpdoctor::net
