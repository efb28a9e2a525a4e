// Raw sockets beside a TCP connection: one gets its packets, one the ICMP messages about them. The kernel
// filters both, see raw(7), socket(7) SO_ATTACH_FILTER; what passes is looked at again here.
#ifdef __linux__

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <linux/filter.h>

#include "net/packet_watch.h"
#include "net/raw_socket_linux.h"
#include "wire/icmp.h"

namespace rdpdoctor::net {

namespace {

using Program = std::vector<sock_filter>;

constexpr int most_packets = 512;  // at one reading; the socket's buffer holds fewer
constexpr std::uint32_t whole_packet = 0x7fffffff;

// Every test jumps to the last instruction, "drop", when it fails.
class Filter {
 public:
  void load(std::uint16_t size, std::uint32_t at) { op(BPF_LD | size | BPF_ABS, at); }
  void load_from_x(std::uint16_t size, std::uint32_t at) { op(BPF_LD | size | BPF_IND, at); }
  // X: the length of the IPv4 header that the packet begins with.
  void x_is_header_length() { op(BPF_LDX | BPF_B | BPF_MSH, 0); }
  void must_be(std::uint32_t value) { op(BPF_JMP | BPF_JEQ | BPF_K, value); }
  [[nodiscard]] Program take() {
    op(BPF_RET | BPF_K, whole_packet);
    op(BPF_RET | BPF_K, 0);
    for (std::size_t i = 0; i < program_.size(); ++i) {
      if (BPF_CLASS(program_[i].code) == BPF_JMP) {
        program_[i].jf = static_cast<std::uint8_t>(program_.size() - i - 2);
      }
    }
    return std::move(program_);
  }

 private:
  void op(int code, std::uint32_t k) {
    program_.push_back({.code = static_cast<std::uint16_t>(code), .jt = 0, .jf = 0, .k = k});
  }
  Program program_;
};

std::uint32_t word(const wire::IpAddress& address, std::size_t i) {
  std::uint32_t value = 0;
  std::memcpy(&value, address.data() + 4 * i, sizeof value);
  return ntohl(value);
}

// Of TCP from the peer. A raw IPv6 socket's packet begins behind its IP header, which is still in reach.
Program tcp_filter(const WatchedPeer& peer, std::uint16_t our_port) {
  Filter filter;
  if (peer.ipv6) {
    for (std::uint32_t i = 0; i < 4; ++i) {
      filter.load(BPF_W, static_cast<std::uint32_t>(SKF_NET_OFF) + 8 + 4 * i);  // RFC 8200 3: Source Address
      filter.must_be(word(peer.address, i));
    }
    filter.load(BPF_H, 0);
    filter.must_be(peer.port);
    filter.load(BPF_H, 2);
  } else {
    filter.load(BPF_W, 12);  // RFC 791 3.1: Source Address
    filter.must_be(word(peer.address, 0));
    filter.x_is_header_length();
    filter.load_from_x(BPF_H, 0);
    filter.must_be(peer.port);
    filter.load_from_x(BPF_H, 2);
  }
  if (our_port != 0) filter.must_be(our_port);
  return filter.take();
}

// Of ICMP errors that quote a packet to the peer.
Program icmp_filter(const WatchedPeer& peer) {
  Filter filter;
  if (peer.ipv6) {
    for (std::uint32_t i = 0; i < 4; ++i) {
      filter.load(BPF_W, wire::icmp_header_bytes + 24 + 4 * i);
      filter.must_be(word(peer.address, i));
    }
  } else {
    filter.x_is_header_length();
    filter.load_from_x(BPF_W, wire::icmp_header_bytes + 16);
    filter.must_be(word(peer.address, 0));
  }
  return filter.take();
}

void attach(Socket socket, Program program) {
  const sock_fprog given{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
  setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &given, sizeof given);
}

void switch_on(Socket socket, int level, int option) {
  const int on = 1;
  setsockopt(socket, level, option, &on, sizeof on);
}

Socket open_raw(bool ipv6, int protocol) {
  const int family = ipv6 ? AF_INET6 : AF_INET;
  const Socket raw = ::socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (raw < 0) return raw;
  switch_on(raw, SOL_SOCKET, SO_TIMESTAMPNS);
  switch_on(raw, SOL_SOCKET, SO_RXQ_OVFL);
  if (ipv6) switch_on(raw, IPPROTO_IPV6, IPV6_RECVHOPLIMIT);
  return raw;
}

template <class T>
T data_of(const cmsghdr& header) {
  T value{};
  if (CMSG_LEN(sizeof value) <= header.cmsg_len) std::memcpy(&value, CMSG_DATA(&header), sizeof value);
  return value;
}

// On the wall clock, which the kernel stamps packets by.
double ms_since(const timespec& then) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec - then.tv_sec) * 1e3 +
         static_cast<double>(now.tv_nsec - then.tv_nsec) / 1e6;
}

}  // namespace

struct PacketWatch::Arrival {
  View bytes;                // its beginning
  std::size_t size = 0;      // all of it
  std::string from;          // IPv6
  wire::IpAddress source{};  // IPv6
  std::uint32_t ttl = 0;     // IPv6
  std::uint32_t dropped = 0;
  double at_ms = 0;
};

PacketWatch::PacketWatch(const WatchedPeer& peer, Moment begun) : peer_(peer), begun_(begun) {
  open();
}

PacketWatch::~PacketWatch() {
  if (0 <= tcp_) close(tcp_);
  if (0 <= icmp_) close(icmp_);
}

void PacketWatch::open() {
  tcp_ = open_raw(peer_.ipv6, IPPROTO_TCP);
  if (0 <= tcp_) attach(tcp_, tcp_filter(peer_, 0));
  icmp_ = tcp_ < 0 ? -1 : open_raw(peer_.ipv6, peer_.ipv6 ? static_cast<int>(IPPROTO_ICMPV6) : IPPROTO_ICMP);
  if (icmp_ < 0) {
    why_not_ = errno == EPERM || errno == EACCES ? "watching packets needs root or CAP_NET_RAW"
                                                 : "raw socket: " + words_of(errno);
    return;
  }
  // Destination unreachable, (packet too big,) time exceeded, parameter problem.
  if (peer_.ipv6) {
    pass_only_icmp(icmp_, true, {1, 2, 3, 4});
  } else {
    pass_only_icmp(icmp_, false, {3, 11, 12});
  }
  attach(icmp_, icmp_filter(peer_));
  open_ = true;
}

void PacketWatch::ours_is(std::uint16_t port) {
  our_port_ = port;
  if (open_ && port != 0) attach(tcp_, tcp_filter(peer_, port));
}

void PacketWatch::read(Reading<PacketRecord>& into) {
  if (!open_) {
    into = Reading<PacketRecord>::unreadable(why_not_);
    return;
  }
  if (our_port_ != 0) {
    read_all(tcp_, &PacketWatch::tcp_came);
    read_all(icmp_, &PacketWatch::icmp_came);
  }
  into = Reading<PacketRecord>::present(tally_.record());
}

void PacketWatch::read_all(Socket from, void (PacketWatch::*each)(const Arrival&)) {
  for (int i = 0; i < most_packets; ++i) {
    std::array<std::uint8_t, 256> bytes;  // headers with all their options, and ICMP's quote of them
    alignas(cmsghdr) unsigned char control[256];
    sockaddr_in6 who{};
    iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
    msghdr message{};
    message.msg_name = &who;
    message.msg_namelen = sizeof who;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t size = recvmsg(from, &message, MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return;
    Arrival packet{.size = static_cast<std::size_t>(size)};
    packet.bytes = View(bytes).first(std::min(bytes.size(), packet.size));
    if (who.sin6_family == AF_INET6) {
      char text[INET6_ADDRSTRLEN] = {};
      packet.from = inet_ntop(AF_INET6, &who.sin6_addr, text, sizeof text);
      std::memcpy(packet.source.data(), &who.sin6_addr, packet.source.size());
    }
    packet.at_ms = to_ms(Reactor::now() - begun_);
    for (auto* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
      if (h->cmsg_level == IPPROTO_IPV6 && h->cmsg_type == IPV6_HOPLIMIT) {
        packet.ttl = static_cast<std::uint32_t>(data_of<int>(*h));
      } else if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SO_RXQ_OVFL) {
        packet.dropped = data_of<std::uint32_t>(*h);
      } else if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_TIMESTAMPNS) {
        packet.at_ms = std::clamp(packet.at_ms - ms_since(data_of<timespec>(*h)), 0.0, packet.at_ms);
      }
    }
    (this->*each)(packet);
  }
}

void PacketWatch::tcp_came(const Arrival& packet) {
  View bytes = packet.bytes;
  wire::IpAddress source = packet.source;
  std::uint32_t ttl = packet.ttl;
  std::size_t headers = 0;
  if (!peer_.ipv6) {
    const auto ip = wire::decode_ipv4_header(bytes);
    if (!ip) return;
    source = ip->source;
    ttl = ip->ttl;
    headers = ip->header_bytes;
    bytes = bytes.subspan(headers);
  }
  const auto segment = wire::decode_tcp_segment(bytes);
  if (!segment || source != peer_.address || segment->source_port != peer_.port ||
      segment->destination_port != our_port_) {
    return;
  }
  if (packet.dropped != dropped_) tally_.missed_some();
  dropped_ = packet.dropped;
  headers += segment->header_bytes;
  tally_.segment(*segment, packet.size < headers ? 0 : packet.size - headers, ttl, packet.at_ms);
}

void PacketWatch::icmp_came(const Arrival& packet) {
  View bytes = packet.bytes;
  IcmpReport report{.from = packet.from, .ttl = packet.ttl, .at_ms = packet.at_ms};
  if (!peer_.ipv6) {
    const auto ip = wire::decode_ipv4_header(bytes);
    if (!ip) return;
    char text[INET_ADDRSTRLEN] = {};
    report.from = inet_ntop(AF_INET, ip->source.data(), text, sizeof text);
    report.ttl = ip->ttl;
    bytes = bytes.subspan(ip->header_bytes);
  }
  const auto version = peer_.ipv6 ? wire::IpVersion::v6 : wire::IpVersion::v4;
  const auto error = wire::decode_icmp_error(version, bytes);
  if (!error || error->protocol != wire::protocol_tcp || error->destination != peer_.address ||
      error->source_port != our_port_ || error->destination_port != peer_.port) {
    return;
  }
  report.type = error->type;
  report.code = error->code;
  report.path_mtu = error->path_mtu;
  tally_.icmp(std::move(report));
}

}  // namespace rdpdoctor::net

#endif
