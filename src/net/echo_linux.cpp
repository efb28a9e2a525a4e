// ICMP echo over a "ping socket" (icmp(7), net.ipv4.ping_group_range) or, where the system keeps that from
// us, a raw one.
#ifdef __linux__

#include "net/core.h"  // before any other Asio header, see there

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <asio/posix/basic_stream_descriptor.hpp>

#include "net/echo_tally.h"
#include "net/error_queue_linux.h"
#include "net/raw_socket_linux.h"
#include "wire/icmp.h"

namespace rdpdoctor::net {

namespace {

constexpr std::size_t largest_packet = 65535;
constexpr int most_messages = 256;  // at one turn

void set(Socket socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof value);
}

class EchoRun final : public std::enable_shared_from_this<EchoRun> {
 public:
  EchoRun(asio::io_context& context, const EchoRequest& request, std::function<void(const EchoRecord&)> then)
      : request_(request),
        then_(std::move(then)),
        descriptor_(context),
        timer_(context),
        context_(context),
        tally_(request.count) {}

  void begin();

 private:
  bool open(const asio::ip::address& to);
  bool open_socket();
  void set_options();
  bool connect_to(const asio::ip::address& to);
  void send_next();
  bool send_one();
  void too_big();
  void wait_for_answers();
  void take_answers();
  void take_errors();
  void one_answer(View bytes, std::uint32_t ttl);
  void fail(EchoRecord::Outcome outcome, std::string why);
  void finish();
  [[nodiscard]] wire::IpVersion version() const { return v6_ ? wire::IpVersion::v6 : wire::IpVersion::v4; }

  EchoRequest request_;
  std::function<void(const EchoRecord&)> then_;
  asio::posix::basic_stream_descriptor<Executor> descriptor_;
  Timer timer_;
  asio::io_context& context_;
  EchoTally tally_;
  Socket socket_ = -1;  // descriptor_ owns it
  bool v6_ = false;
  bool raw_ = false;
  std::uint16_t identifier_ = 0;
  std::string our_address_;
  std::uint32_t own_mtu_ = 0;
};

void EchoRun::begin() {
  std::error_code error;
  const auto to = asio::ip::make_address(request_.address, error);
  if (error) return fail(EchoRecord::Outcome::failed, "no numeric address: " + request_.address);
  if (!open(to)) return;
  wait_for_answers();
  send_next();
}

bool EchoRun::open(const asio::ip::address& to) {
  v6_ = to.is_v6();
  if (!open_socket()) {
    const bool forbidden = errno == EPERM || errno == EACCES;
    fail(forbidden ? EchoRecord::Outcome::not_permitted : EchoRecord::Outcome::failed,
         forbidden ? "ICMP echo needs root, CAP_NET_RAW or a group in net.ipv4.ping_group_range"
                   : "ICMP socket: " + words_of(errno));
    return false;
  }
  std::error_code error;
  descriptor_.assign(socket_, error);
  set_options();
  if (connect_to(to)) return true;
  const bool forbidden = errno == EPERM || errno == EACCES;
  fail(forbidden ? EchoRecord::Outcome::not_permitted : EchoRecord::Outcome::failed, words_of(errno));
  return false;
}

bool EchoRun::open_socket() {
  const int family = v6_ ? AF_INET6 : AF_INET;
  const int protocol = v6_ ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
  socket_ = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (0 <= socket_) return true;
  raw_ = true;
  fill_random(std::span(reinterpret_cast<std::uint8_t*>(&identifier_), sizeof identifier_));
  socket_ = ::socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  return 0 <= socket_;
}

void EchoRun::set_options() {
  ask_for_icmp(socket_, v6_, true);  // and the answers' TTL
  if (v6_) {
    set(socket_, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO);
    set(socket_, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
  } else {
    set(socket_, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
  }
  if (raw_) pass_only_icmp(socket_, v6_, {v6_ ? 129 : 0});  // echo replies
}

bool EchoRun::connect_to(const asio::ip::address& to) {
  // Asio's endpoint is a sockaddr of the right family, scope included; ICMP has no ports.
  const asio::ip::tcp::endpoint remote(to, 0);
  if (::connect(socket_, remote.data(), static_cast<socklen_t>(remote.size())) != 0) return false;
  asio::ip::tcp::endpoint local;
  auto size = static_cast<socklen_t>(local.capacity());
  if (getsockname(socket_, local.data(), &size) == 0 && local.address() != to) {
    our_address_ = local.address().to_string();
  }
  return true;
}

void EchoRun::send_next() {
  if (!then_) return;
  do {
    if (!send_one()) return;
  } while (!tally_.all_sent() && request_.spacing <= Duration::zero());
  if (tally_.settled()) return finish();
  timer_.expires_after(tally_.all_sent() ? request_.patience : request_.spacing);
  timer_.async_wait([self = shared_from_this()](std::error_code error) {
    if (error || !self->then_) return;
    if (!self->tally_.all_sent()) return self->send_next();
    self->take_answers();  // what came just now counts
    if (self->then_) self->finish();
  });
}

// False if the run is over.
bool EchoRun::send_one() {
  const std::size_t header = v6_ ? 40 : 20;
  const std::size_t packet = std::min<std::size_t>(request_.packet_bytes, largest_packet);
  const wire::IcmpEcho echo{.identifier = identifier_, .sequence = static_cast<std::uint16_t>(tally_.next())};
  const Bytes request = wire::icmp_echo_request(version(), echo, packet < header ? 0 : packet - header);
  // An error that came earlier makes the next call fail once; more often, if more came.
  for (int i = 0; i < most_messages; ++i) {
    if (0 <= ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL)) {
      tally_.sent(Reactor::now());
      return true;
    }
    const int code = errno;
    if (code == EMSGSIZE) {
      too_big();
      return true;
    }
    if (code == EPERM || code == EACCES) {
      fail(EchoRecord::Outcome::not_permitted, "this machine does not let it out: " + words_of(code));
      return false;
    }
    const bool had_one = tally_.record().icmp.get() != nullptr;
    take_errors();
    const bool passing = code == EINTR || code == EAGAIN || code == ENOBUFS;
    if (!passing && !had_one && tally_.record().icmp.get() == nullptr) {
      fail(EchoRecord::Outcome::failed, words_of(code));
      return false;
    }
  }
  tally_.not_sent();
  return true;
}

// This machine's own word: its link is smaller, or a router said so earlier. It tells the size by the queue.
void EchoRun::too_big() {
  own_mtu_ = 0;
  take_errors();
  tally_.not_sent();
  if (tally_.record().sent == 0) {
    tally_.record().problem =
        "this machine takes the path to carry packets of at most " + std::to_string(own_mtu_) + " bytes";
  }
  tally_.refused(std::nullopt,
                 {.type = v6_ ? 2 : 3, .code = v6_ ? 0 : 4, .from_us = true, .path_mtu = own_mtu_});
}

void EchoRun::wait_for_answers() {
  descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                         [self = shared_from_this()](std::error_code error) {
                           if (error || !self->then_) return;
                           self->take_answers();
                           if (!self->then_) return;
                           if (self->tally_.settled()) return self->finish();
                           self->wait_for_answers();
                         });
}

void EchoRun::take_answers() {
  take_errors();
  for (int i = 0; i < most_messages; ++i) {
    std::array<std::uint8_t, 128> bytes;  // the headers are enough
    alignas(cmsghdr) unsigned char control[256];
    iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t size = recvmsg(socket_, &message, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) {
      take_errors();
      continue;
    }
    std::uint32_t ttl = 0;
    for (auto* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
      const bool told = v6_ ? h->cmsg_level == IPPROTO_IPV6 && h->cmsg_type == IPV6_HOPLIMIT
                            : h->cmsg_level == IPPROTO_IP && h->cmsg_type == IP_TTL;
      int value = 0;
      if (told && CMSG_LEN(sizeof value) <= h->cmsg_len) {
        std::memcpy(&value, CMSG_DATA(h), sizeof value);
        ttl = static_cast<std::uint32_t>(value);
      }
    }
    one_answer(View(bytes).first(static_cast<std::size_t>(size)), ttl);
  }
}

void EchoRun::one_answer(View bytes, std::uint32_t ttl) {
  if (raw_ && !v6_) {
    const auto ip = wire::decode_ipv4_header(bytes);
    if (!ip) return;
    bytes = bytes.subspan(ip->header_bytes);
  }
  const auto reply = wire::decode_icmp_echo_reply(version(), bytes);
  if (!reply || (raw_ && reply->identifier != identifier_)) return;  // a ping socket gets only its own
  tally_.answered(reply->sequence, ttl, Reactor::now());
}

void EchoRun::take_errors() {
  for (int i = 0; i < most_messages; ++i) {
    int ignored = 0;
    auto queued = next_queued_error(socket_, ignored);
    if (!queued) return;
    own_mtu_ = std::max(own_mtu_, queued->mtu);
    if (!queued->icmp) continue;
    queued->icmp->from_us = !our_address_.empty() && queued->icmp->from == our_address_;
    const auto request = wire::decode_icmp_echo_request(version(), queued->quoted);
    // A raw socket is told of other programs' requests to the same address too.
    if (raw_ && (!request || request->identifier != identifier_)) continue;
    tally_.refused(request ? std::optional<std::size_t>(request->sequence) : std::nullopt,
                   std::move(*queued->icmp));
  }
}

// Before anything could be sent: told from the reactor, as everything is.
void EchoRun::fail(EchoRecord::Outcome outcome, std::string why) {
  tally_.failed(outcome, std::move(why));
  asio::post(context_, [self = shared_from_this()] { self->finish(); });
}

void EchoRun::finish() {
  const auto then = std::exchange(then_, nullptr);
  timer_.cancel();
  std::error_code ignored;
  descriptor_.close(ignored);
  if (then) then(tally_.record());
}

}  // namespace

void Reactor::echo(const EchoRequest& request, std::function<void(const EchoRecord&)> then) {
  if (!then) return;
  std::make_shared<EchoRun>(state_->context, request, std::move(then))->begin();
}

}  // namespace rdpdoctor::net

#endif
