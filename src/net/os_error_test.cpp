#include <doctest/doctest.h>

#include "net/internal.h"

#ifdef __linux__
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "net/test_machine.h"
#endif

using namespace rdpdoctor;
using namespace rdpdoctor::net;

namespace {

Reading<IcmpReport> icmp(int type, int code, bool from_us = false) {
  return Reading<IcmpReport>::present({.type = type, .code = code, .from = "10.0.0.1", .from_us = from_us});
}

}  // namespace

TEST_CASE("an ICMP message tells why, whatever number the system made of it") {
  struct Row {
    int code;
    ConnectOutcome outcome;
  };
  using enum ConnectOutcome;
  for (const Row& row :
       {Row{0, network_unreachable}, Row{1, host_unreachable}, Row{3, refused}, Row{6, network_unreachable},
        Row{7, host_unreachable}, Row{9, prohibited}, Row{10, prohibited}, Row{13, prohibited}}) {
    CHECK(connect_outcome(0, icmp(3, row.code), false) == row.outcome);
  }
  for (const Row& row : {Row{0, network_unreachable}, Row{1, prohibited}, Row{2, network_unreachable},
                         Row{3, host_unreachable}, Row{4, refused}, Row{5, prohibited}, Row{6, prohibited}}) {
    CHECK(connect_outcome(0, icmp(1, row.code), true) == row.outcome);
  }
  CHECK(connect_outcome(0, icmp(11, 0), false) == host_unreachable);
  CHECK(connect_outcome(0, icmp(3, 0), true) == host_unreachable);
  CHECK(connect_outcome(0, icmp(3, 200), false) == ConnectOutcome::failed);
}

TEST_CASE("our own packet filter is our policy, not the network's") {
  CHECK(connect_outcome(0, icmp(3, 13, true), false) == ConnectOutcome::not_permitted);
  CHECK(connect_outcome(0, icmp(3, 1, true), false) == ConnectOutcome::host_unreachable);
}

TEST_CASE("an unknown system error stays a plain failure") {
  CHECK(meaning_of(424242).connect == ConnectOutcome::failed);
  CHECK(meaning_of(424242).ending == Ending::error);
  CHECK(!words_of(424242).empty());
}

#ifdef __linux__

TEST_CASE("without an ICMP message an unreachable network is our own routing") {
  const auto none = Reading<IcmpReport>::absent();
  CHECK(connect_outcome(ENETUNREACH, none, false) == ConnectOutcome::no_route);
  CHECK(connect_outcome(EHOSTUNREACH, none, false) == ConnectOutcome::no_route);
  CHECK(connect_outcome(EHOSTUNREACH, Reading<IcmpReport>::unreadable("old kernel"), false) ==
        ConnectOutcome::host_unreachable);
  CHECK(connect_outcome(EACCES, none, false) == ConnectOutcome::not_permitted);
  CHECK(connect_outcome(ECONNREFUSED, none, false) == ConnectOutcome::refused);
  CHECK(connect_outcome(ETIMEDOUT, none, true) == ConnectOutcome::timed_out);
}

TEST_CASE("the resolver's codes: no such name and no answer are different") {
  CHECK(lookup_outcome(0) == Resolution::Outcome::resolved);
  CHECK(lookup_outcome(EAI_NONAME) == Resolution::Outcome::not_found);
  CHECK(lookup_outcome(EAI_NODATA) == Resolution::Outcome::not_found);
  CHECK(lookup_outcome(EAI_AGAIN) == Resolution::Outcome::no_answer);
  CHECK(lookup_outcome(EAI_FAIL) == Resolution::Outcome::failed);
}

TEST_CASE("a listener with a full queue answers no SYN: the connect ends at its deadline") {
  const int full = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  REQUIRE(bind(full, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  REQUIRE(listen(full, 0) == 0);
  REQUIRE(getsockname(full, reinterpret_cast<sockaddr*>(&at), &size) == 0);
  const int waiting = socket(AF_INET, SOCK_STREAM, 0);  // fills the queue of one
  REQUIRE(connect(waiting, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);

  Reactor reactor;
  TestMachine client;
  const Moment before = Reactor::now();
  const TcpRecord record = run_client(reactor, {"127.0.0.1", ntohs(at.sin_port)}, client, 60ms);
  CHECK(record.outcome == ConnectOutcome::timed_out);
  CHECK(record.ending == Ending::timed_out);
  CHECK(60ms <= Reactor::now() - before);
  CHECK(0 < record.connect_ms);
  CHECK(record.rtt_ms.state == Presence::absent);
  CHECK(record.retransmits.state == Presence::present);
  close(waiting);
  close(full);
}

#endif
