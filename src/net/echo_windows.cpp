// ICMP echo by Windows' own functions, which need no privilege and block: they run in threads of their own.
#ifdef _WIN32

#include "net/core.h"

#include <iphlpapi.h>
#include <ws2tcpip.h>

#include <icmpapi.h>

#include <cstring>
#include <thread>

#include "net/echo_tally.h"

namespace rdpdoctor::net {

namespace {

constexpr std::size_t largest_packet = 65535;
// Windows fragments larger IPv6 requests by itself, and can't be told not to.
constexpr std::uint32_t least_ipv6_mtu = 1280;
constexpr std::chrono::seconds slack{2};

// RFC 792 and RFC 4443 for what Windows calls by IP_STATUS numbers of its own.
std::optional<IcmpReport> report_of(ULONG status, bool ipv6) {
  switch (status) {
    case IP_DEST_NET_UNREACHABLE:
      return ipv6 ? IcmpReport{.type = 1, .code = 0} : IcmpReport{.type = 3, .code = 0};
    case IP_DEST_HOST_UNREACHABLE:
      return ipv6 ? IcmpReport{.type = 1, .code = 3} : IcmpReport{.type = 3, .code = 1};
    case IP_DEST_PROT_UNREACHABLE:  // in IPv6 the same number means "prohibited"
      return ipv6 ? IcmpReport{.type = 1, .code = 1} : IcmpReport{.type = 3, .code = 2};
    case IP_DEST_PORT_UNREACHABLE:
      return ipv6 ? IcmpReport{.type = 1, .code = 4} : IcmpReport{.type = 3, .code = 3};
    case IP_PACKET_TOO_BIG: return ipv6 ? IcmpReport{.type = 2, .code = 0} : IcmpReport{.type = 3, .code = 4};
    case IP_TTL_EXPIRED_TRANSIT:
      return ipv6 ? IcmpReport{.type = 3, .code = 0} : IcmpReport{.type = 11, .code = 0};
    default: return std::nullopt;
  }
}

struct Target {
  bool ipv6 = false;
  sockaddr_in6 v6{};
  IPAddr v4 = 0;
};

// What became of one request.
struct Outcome {
  Moment came;
  ULONG status = IP_REQ_TIMED_OUT;  // IP_STATUS, or a system error
  bool refused_here = false;        // never sent
  std::string from;
  std::uint32_t ttl = 0;
};

std::string address_text(int family, const void* address) {
  char text[INET6_ADDRSTRLEN] = {};
  return inet_ntop(family, address, text, sizeof text) != nullptr ? text : "";
}

void read_reply_v4(Outcome& into, const Bytes& bytes) {
  ICMP_ECHO_REPLY reply{};
  std::memcpy(&reply, bytes.data(), sizeof reply);
  into.status = reply.Status;
  into.ttl = reply.Options.Ttl;
  into.from = address_text(AF_INET, &reply.Address);
}

// ICMPV6_ECHO_REPLY, which mingw-w64's headers leave out; its address is packed, the rest is not.
void read_reply_v6(Outcome& into, const Bytes& bytes) {
  Reader reply(bytes);
  reply.skip(6, "sin6_port, sin6_flowinfo");
  into.from = address_text(AF_INET6, reply.bytes(16, "sin6_addr").data());
  reply.skip(6, "sin6_scope_id, padding");
  into.status = reply.u32le("Status");
}

// Blocks until the answer, an error, or the end of patience.
Outcome ask(const Target& to, const EchoRequest& request) {
  Outcome outcome;
  const HANDLE icmp = to.ipv6 ? Icmp6CreateFile() : IcmpCreateFile();
  if (icmp == INVALID_HANDLE_VALUE) {
    outcome.status = GetLastError();
    outcome.refused_here = true;
    return outcome;
  }
  const std::size_t headers = (to.ipv6 ? 40 : 20) + 8;
  const std::size_t packet = std::min<std::size_t>(request.packet_bytes, largest_packet);
  Bytes data(packet < headers ? 0 : packet - headers, 'x');
  const auto size = static_cast<WORD>(data.size());
  Bytes reply(data.size() + 256);  // the reply's struct, an ICMP error and a status block fit in
  const auto room = static_cast<DWORD>(reply.size());
  const auto wait_ms = static_cast<DWORD>(std::max(1.0, to_ms(request.patience)));
  IP_OPTION_INFORMATION options{};
  options.Ttl = 128;
  options.Flags = IP_FLAG_DF;
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  sockaddr_in6 v6 = to.v6;
  const DWORD answers =
      to.ipv6 ? Icmp6SendEcho2(icmp, nullptr, nullptr, nullptr, &any, &v6, data.data(), size, &options,
                               reply.data(), room, wait_ms)
              : IcmpSendEcho(icmp, to.v4, data.data(), size, &options, reply.data(), room, wait_ms);
  const DWORD code = answers == 0 ? GetLastError() : 0;
  outcome.came = Reactor::now();
  IcmpCloseHandle(icmp);
  if (answers != 0) {
    to.ipv6 ? read_reply_v6(outcome, reply) : read_reply_v4(outcome, reply);
  } else if (code != 0) {
    outcome.status = code;
    outcome.refused_here = code < IP_STATUS_BASE || MAX_IP_STATUS < code;
  }
  return outcome;
}

// Lives in the reactor: its timer's handler owns it, the requests' threads hold it weakly, because a timer
// must not outlive its context.
class EchoRun final : public std::enable_shared_from_this<EchoRun> {
 public:
  EchoRun(asio::io_context& context, std::shared_ptr<Mailbox> mailbox, EchoRequest request, Target to,
          std::function<void(const EchoRecord&)> then)
      : request_(std::move(request)),
        to_(to),
        mailbox_(std::move(mailbox)),
        timer_(context),
        then_(std::move(then)),
        tally_(request_.count) {}

  void send_next();
  void fail(const std::string& why);

 private:
  void ask_in_thread(std::size_t sequence);
  void came(std::size_t sequence, const Outcome& outcome);
  void again_in(Duration wait);
  void finish();

  EchoRequest request_;
  Target to_;
  std::shared_ptr<Mailbox> mailbox_;
  Timer timer_;
  std::function<void(const EchoRecord&)> then_;
  EchoTally tally_;
  std::size_t under_way_ = 0;
};

void EchoRun::send_next() {
  do {
    const std::size_t sequence = tally_.next();
    tally_.sent(Reactor::now());
    ++under_way_;
    try {
      ask_in_thread(sequence);
    } catch (const std::system_error& no_thread) {
      return fail(words_of(no_thread.code().value()));
    }
  } while (!tally_.all_sent() && request_.spacing <= Duration::zero());
  again_in(tally_.all_sent() ? request_.patience + slack : request_.spacing);
}

void EchoRun::ask_in_thread(std::size_t sequence) {
  std::thread([request = request_, to = to_, mailbox = mailbox_, run = weak_from_this(), sequence] {
    const Outcome outcome = ask(to, request);
    const std::lock_guard lock(mailbox->mutex);
    if (mailbox->context == nullptr) return;
    asio::post(*mailbox->context, [run, sequence, outcome] {
      if (const auto open = run.lock()) open->came(sequence, outcome);
    });
  }).detach();
}

void EchoRun::came(std::size_t sequence, const Outcome& outcome) {
  if (!then_) return;
  --under_way_;
  if (outcome.refused_here) {
    const bool forbidden = outcome.status == ERROR_ACCESS_DENIED || outcome.status == WSAEACCES;
    --tally_.record().sent;
    tally_.failed(forbidden ? EchoRecord::Outcome::not_permitted : EchoRecord::Outcome::failed,
                  "IcmpSendEcho: " + words_of(static_cast<int>(outcome.status)));
    return finish();
  }
  if (outcome.status == IP_SUCCESS) {
    tally_.answered(sequence, outcome.ttl, outcome.came);
  } else if (auto report = report_of(outcome.status, to_.ipv6)) {
    report->from = outcome.from;
    tally_.refused(sequence, std::move(*report));
  }
  if (tally_.all_sent() && under_way_ == 0) finish();
}

void EchoRun::again_in(Duration wait) {
  timer_.expires_after(wait);
  timer_.async_wait([self = shared_from_this()](std::error_code error) {
    if (error || !self->then_) return;
    if (self->tally_.all_sent()) return self->finish();  // Windows did not come back in time
    self->send_next();
  });
}

void EchoRun::fail(const std::string& why) {
  tally_.failed(EchoRecord::Outcome::failed, why);
  asio::post(timer_.get_executor(), [self = shared_from_this()] { self->finish(); });
}

void EchoRun::finish() {
  timer_.cancel();
  if (const auto call = std::exchange(then_, nullptr)) call(tally_.record());
}

// An empty problem: `to` is filled in.
std::string problem_of(const EchoRequest& request, Target& to) {
  std::error_code error;
  const auto address = asio::ip::make_address(request.address, error);
  if (error) return "no numeric address: " + request.address;
  const asio::ip::tcp::endpoint remote(address, 0);
  to.ipv6 = address.is_v6();
  if (to.ipv6) {
    std::memcpy(&to.v6, remote.data(), std::min(sizeof to.v6, remote.size()));
    if (least_ipv6_mtu < request.packet_bytes) {
      return "Windows sends no IPv6 echo request above 1280 bytes that may not be fragmented";
    }
  } else {
    const auto bytes = address.to_v4().to_bytes();
    std::memcpy(&to.v4, bytes.data(), sizeof to.v4);
  }
  return {};
}

}  // namespace

void Reactor::echo(const EchoRequest& request, std::function<void(const EchoRecord&)> then) {
  if (!then) return;
  Target to;
  const std::string problem = problem_of(request, to);
  auto run = std::make_shared<EchoRun>(state_->context, state_->mailbox, request, to, std::move(then));
  if (problem.empty()) return run->send_next();
  run->fail(problem);
}

}  // namespace rdpdoctor::net

#endif
