// Questions to DNS servers, by c-ares, which is driven in a thread of its own for each: the thread ends by
// itself at the deadline. c-ares asks by UDP, and by TCP when an answer was cut short (RFC 7766 5).
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#endif

#include <ares.h>

#include <algorithm>
#include <array>

#include "net/ares_library.h"
#include "net/name_reply.h"
#include "net/question.h"

namespace rdpdoctor::net {

namespace {

constexpr int tries = 2;

// c-ares doubles its patience with each try; both are to fit.
int first_patience_ms(Moment deadline) {
  const double left = to_ms(deadline - Reactor::now());
  return static_cast<int>(std::clamp(left / ((1 << tries) - 1) - 20, 50.0, 10000.0));
}

struct Channel {
  ares_channel handle = nullptr;
  int status = ARES_SUCCESS;

  Channel(const std::string& server, Moment deadline) {
    status = ares_library();
    if (status != ARES_SUCCESS) return;
    ares_options options{};
    // NOCHECKRESP: SERVFAIL, NOTIMP and REFUSED are answers that we want to see, not reasons to try another.
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP;
    options.timeout = first_patience_ms(deadline);
    options.tries = tries;
    char lookups[] = "b";  // DNS only
    options.lookups = lookups;
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS;
    status = ares_init_options(&handle, &options, mask);
    if (status == ARES_SUCCESS) status = ares_set_servers_ports_csv(handle, server.c_str());
  }
  ~Channel() {
    if (handle != nullptr) ares_destroy(handle);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
};

#ifdef _WIN32
int poll_sockets(WSAPOLLFD* sockets, std::size_t n, int ms) {
  return WSAPoll(sockets, static_cast<ULONG>(n), ms);
}
using PollSocket = WSAPOLLFD;
#else
int poll_sockets(pollfd* sockets, std::size_t n, int ms) {
  return poll(sockets, n, ms);
}
using PollSocket = pollfd;
#endif

// One turn of waiting and handling; false when c-ares waits for nothing any more.
bool turn(ares_channel channel, Moment deadline) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const auto wanted = static_cast<unsigned>(ares_getsock(channel, sockets.data(), ARES_GETSOCK_MAXNUM));
  std::array<PollSocket, ARES_GETSOCK_MAXNUM> polled{};
  std::size_t n = 0;
  for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    const bool reads = ARES_GETSOCK_READABLE(wanted, i) != 0;
    const bool writes = ARES_GETSOCK_WRITABLE(wanted, i) != 0;
    if (!reads && !writes) continue;
    polled[n].fd = sockets[i];
    polled[n].events = static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
    ++n;
  }
  if (n == 0) return false;
  timeval most{1, 0};
  timeval given{};
  const timeval* patience = ares_timeout(channel, &most, &given);
  const double left = std::max(0.0, to_ms(deadline - Reactor::now()));
  const double own =
      static_cast<double>(patience->tv_sec) * 1e3 + static_cast<double>(patience->tv_usec) / 1e3;
  poll_sockets(polled.data(), n, static_cast<int>(std::min(left, own)) + 1);
  for (std::size_t i = 0; i < n; ++i) {
    constexpr short readable = POLLIN | POLLERR | POLLHUP;
    const bool reads = (polled[i].revents & readable) != 0;
    const bool writes = (polled[i].revents & POLLOUT) != 0;
    if (reads || writes)
      ares_process_fd(channel, reads ? polled[i].fd : ARES_SOCKET_BAD,
                      writes ? polled[i].fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // its timeouts
  return true;
}

// What came for one record type.
struct Part {
  int type = 0;
  std::optional<NameReply> reply;
};

void take(void* part_of, int status, int /*timeouts*/, unsigned char* answer, int size) {
  auto& part = *static_cast<Part*>(part_of);
  part.reply = size < 0 || answer == nullptr
                   ? name_reply(status, part.type, {})
                   : name_reply(status, part.type, View(answer, static_cast<std::size_t>(size)));
}

NameReply ask(const NameQuestion& question, Moment deadline) {
  std::vector<Part> parts;  // outlives the channel, which tells what is still open when it is destroyed
  const Channel channel(question.server, deadline);
  if (channel.status != ARES_SUCCESS) return name_reply(channel.status, 0, {});
  std::string name = question.name;
  if (question.type == NameQuestion::Type::pointer) {
    name = pointer_name(question.name);
    if (name.empty()) return name_reply(ARES_EBADNAME, 0, {});
    parts = {{record_ptr, {}}};
  } else {
    parts = {{record_a, {}}, {record_aaaa, {}}};
  }
  constexpr int internet = 1;  // class IN, RFC 1035 3.2.4
  for (Part& part : parts) ares_query(channel.handle, name.c_str(), internet, part.type, take, &part);
  while (Reactor::now() < deadline && turn(channel.handle, deadline)) {
  }
  std::vector<NameReply> replies;
  for (Part& part : parts)
    replies.push_back(part.reply ? std::move(*part.reply) : name_reply(ARES_ETIMEOUT, 0, {}));
  return both(std::move(replies));
}

NameReply no_thread(int os_code) {
  NameReply none;
  none.error = words_of(os_code);
  return none;
}

}  // namespace

void Reactor::ask_name_server(const NameQuestion& question, Moment deadline,
                              std::function<void(NameReply)> then) {
  ask_in_thread(
      state_->context, state_->mailbox, deadline, [question, deadline] { return ask(question, deadline); },
      name_reply(ARES_ETIMEOUT, 0, {}), no_thread, std::move(then));
}

}  // namespace rdpdoctor::net
