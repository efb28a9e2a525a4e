// Questions to DNS servers, put to little ones of the test's own on loopback.
#include <doctest/doctest.h>

#include "net/name_reply.h"
#include "net/reactor.h"
#include "net/resolv_conf.h"

using namespace rdpdoctor;
using namespace rdpdoctor::net;
using namespace std::chrono_literals;

namespace {

using Outcome = NameReply::Outcome;

void put16(Bytes& out, unsigned value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

Bytes encoded_name(std::string_view name) {
  Bytes out;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    out.push_back(static_cast<std::uint8_t>(label.size()));
    out.insert(out.end(), label.begin(), label.end());
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  out.push_back(0);
  return out;
}

// One record of an answer, RFC 1035 4.1.3.
struct Record {
  std::string owner;
  int type;
  unsigned ttl;
  Bytes data;
};

Bytes message(View query, unsigned rcode, const std::vector<Record>& records) {
  Bytes out(query.begin(), query.begin() + 2);
  put16(out, 0x8180U | rcode);
  put16(out, 1);
  put16(out, static_cast<unsigned>(records.size()));
  put16(out, 0);
  put16(out, 0);
  out.insert(out.end(), query.begin() + 12, query.end());
  for (const Record& record : records) {
    const Bytes owner = encoded_name(record.owner);
    out.insert(out.end(), owner.begin(), owner.end());
    put16(out, static_cast<unsigned>(record.type));
    put16(out, 1);
    put16(out, record.ttl >> 16);
    put16(out, record.ttl & 0xFFFFU);
    put16(out, static_cast<unsigned>(record.data.size()));
    out.insert(out.end(), record.data.begin(), record.data.end());
  }
  return out;
}

int type_of(View query) {
  return query[query.size() - 4] << 8 | query[query.size() - 3];
}

const Bytes v4{10, 1, 2, 3};
const Bytes v6{0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};

using Answer = std::function<std::vector<Bytes>(View)>;

NameReply asked(const Answer& answer, NameQuestion question, Duration within = 20s) {
  Reactor reactor;
  const auto port = reactor.serve_datagrams({"127.0.0.1", 0}, answer);
  REQUIRE(port.has_value());
  question.server = "127.0.0.1:" + std::to_string(*port);
  NameReply got;
  int calls = 0;
  reactor.ask_name_server(question, Reactor::now() + within, [&](NameReply reply) {
    ++calls;
    got = std::move(reply);
    reactor.stop();
  });
  reactor.run();
  REQUIRE(calls == 1);
  return got;
}

NameReply answered_by(unsigned rcode, const std::vector<Record>& a, const std::vector<Record>& aaaa = {}) {
  return asked(
      [&](View query) -> std::vector<Bytes> {
        return {message(query, rcode, type_of(query) == record_a ? a : aaaa)};
      },
      {"", "srv.corp.example"});
}

}  // namespace

TEST_CASE("both families of a name are told, with the least time to live") {
  const NameReply reply =
      answered_by(0, {{"srv.corp.example", record_a, 300, v4}, {"srv.corp.example", record_a, 300, v4}},
                  {{"srv.corp.example", record_aaaa, 60, v6}});
  CHECK(reply.outcome == Outcome::answered);
  CHECK(reply.addresses == std::vector<std::string>{"10.1.2.3", "fd00::5"});
  CHECK(reply.names.empty());
  CHECK(reply.ttl_s == 60U);
  CHECK(reply.error.empty());
}

TEST_CASE("an alias is told with the name that it leads to") {
  const NameReply reply = answered_by(0, {{"srv.corp.example", 5, 30, encoded_name("web7.corp.example")},
                                          {"web7.corp.example", record_a, 300, v4}});
  CHECK(reply.outcome == Outcome::answered);
  CHECK(reply.names == std::vector<std::string>{"srv.corp.example", "web7.corp.example"});
  CHECK(reply.ttl_s == 30U);
}

TEST_CASE("what a server says instead of an address is told apart") {
  CHECK(answered_by(0, {}).outcome == Outcome::no_data);
  CHECK(answered_by(3, {}).outcome == Outcome::not_found);
  CHECK(answered_by(3, {}).error == "NXDOMAIN");
  CHECK(answered_by(5, {}).outcome == Outcome::refused);
  CHECK(answered_by(2, {}).outcome == Outcome::server_failed);
  CHECK(answered_by(2, {}).error == "SERVFAIL");
  CHECK(answered_by(4, {}).outcome == Outcome::server_failed);
}

TEST_CASE("a silent server is not waited for beyond the deadline") {
  const Moment begun = Reactor::now();
  const NameReply reply = asked([](View) { return std::vector<Bytes>{}; }, {"", "srv.corp.example"}, 300ms);
  CHECK(reply.outcome == Outcome::timed_out);
  CHECK(Reactor::now() - begun < 10s);
  CHECK(asked([](View) { return std::vector<Bytes>{}; }, {"", "srv"}, -1s).outcome == Outcome::timed_out);
}

TEST_CASE("a machine without a DNS server on it is unreachable") {
  Reactor reactor;
  std::uint16_t port = 0;
  {
    Reactor other;
    port = other.serve_datagrams({"127.0.0.1", 0}, [](View) { return std::vector<Bytes>{}; }).value();
  }
  NameReply got;
  reactor.ask_name_server({"127.0.0.1:" + std::to_string(port), "srv.corp.example"}, Reactor::now() + 20s,
                          [&](NameReply reply) { got = std::move(reply); });
  reactor.run();
#ifdef __linux__
  CHECK(got.outcome == Outcome::unreachable);
#else
  CHECK((got.outcome == Outcome::unreachable || got.outcome == Outcome::timed_out));  // Wine tells no ICMP
#endif
}

TEST_CASE("a server or a name that is none is our failure") {
  Reactor reactor;
  NameReply got;
  reactor.ask_name_server({"not-an-address", "srv"}, Reactor::now() + 20s,
                          [&](NameReply reply) { got = reply; });
  reactor.run();
  CHECK(got.outcome == Outcome::failed);
  const Answer never = [](View) { return std::vector<Bytes>{}; };
  CHECK(asked(never, {"", std::string(70, 'x') + ".example"}).outcome == Outcome::failed);
  CHECK(asked(never, {"", "no-address", NameQuestion::Type::pointer}).outcome == Outcome::failed);
}

TEST_CASE("the names of an address are asked for and told") {
  const auto answer = [](View query) -> std::vector<Bytes> {
    CHECK(type_of(query) == record_ptr);
    return {message(query, 0,
                    {{"3.2.1.10.in-addr.arpa", record_ptr, 60, encoded_name("srv.corp.example")},
                     {"3.2.1.10.in-addr.arpa", record_ptr, 60, encoded_name("alias.corp.example")}})};
  };
  const NameReply reply = asked(answer, {"", "10.1.2.3", NameQuestion::Type::pointer});
  CHECK(reply.outcome == Outcome::answered);
  CHECK(reply.names == std::vector<std::string>{"srv.corp.example", "alias.corp.example"});
  CHECK(reply.addresses.empty());
}

TEST_CASE("an address is asked for backwards") {
  CHECK(pointer_name("10.1.2.3") == "3.2.1.10.in-addr.arpa");
  CHECK(pointer_name("fd00::5%2") ==
        "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa");
  CHECK(pointer_name("srv").empty());
  CHECK(pointer_name("").empty());
}

TEST_CASE(
    "an answer cut off anywhere, or with any byte changed, is an answer that can't be read or a smaller "
    "one") {
  const Bytes query = from_hex(
                          "123401000001000000000000"
                          "0373727604636f7270076578616d706c650000010001")
                          .value();
  const Bytes whole = message(query, 0,
                              {{"srv.corp.example", 5, 30, encoded_name("web7.corp.example")},
                               {"web7.corp.example", record_a, 300, v4}});
  CHECK(name_reply(0, record_a, whole).addresses.size() == 1);
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK(name_reply(0, record_a, View(whole).first(n)).outcome != Outcome::answered);
  for (const int type : {record_a, record_aaaa, record_ptr}) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const int byte : {0x00, 0x01, 0x3F, 0xC0, 0xFF}) {
        Bytes changed = whole;
        changed[at] = static_cast<std::uint8_t>(byte);
        CHECK(name_reply(0, type, changed).addresses.size() <= 1);
      }
    }
  }
}

TEST_CASE("two record types make one answer") {
  const auto whole = [](Outcome a, Outcome b) { return both({{.outcome = a}, {.outcome = b}}).outcome; };
  for (const auto& [a, b, expected] : {std::tuple(Outcome::answered, Outcome::timed_out, Outcome::answered),
                                       std::tuple(Outcome::not_found, Outcome::not_found, Outcome::not_found),
                                       std::tuple(Outcome::no_data, Outcome::not_found, Outcome::no_data),
                                       std::tuple(Outcome::no_data, Outcome::no_data, Outcome::no_data),
                                       std::tuple(Outcome::no_data, Outcome::timed_out, Outcome::timed_out),
                                       std::tuple(Outcome::not_found, Outcome::timed_out, Outcome::not_found),
                                       std::tuple(Outcome::refused, Outcome::timed_out, Outcome::refused)}) {
    CHECK(whole(a, b) == expected);
    CHECK(whole(b, a) == expected);
  }
}

TEST_CASE("resolv.conf gives servers and suffixes") {
  const ResolvConf conf = parse_resolv_conf(
      "# comment\n; other\nnameserver 10.0.0.53\r\n nameserver\t10.0.0.54 \nnameserver "
      "10.0.0.53\nnameserver\n"
      "domain old.example\nsearch corp.example. fin.corp.example\noptions ndots:2\nnameservers 1.1.1.1\n");
  CHECK(conf.servers == std::vector<std::string>{"10.0.0.53", "10.0.0.54"});
  CHECK(conf.search_list == std::vector<std::string>{"corp.example", "fin.corp.example"});
  CHECK(parse_resolv_conf("search a b\ndomain c d\n").search_list == std::vector<std::string>{"c"});
  CHECK(parse_resolv_conf("search .\n").search_list.empty());
  CHECK(parse_resolv_conf("search .\n").names_suffixes);
  CHECK_FALSE(parse_resolv_conf("").names_suffixes);
}

TEST_CASE("an address has one form") {
  CHECK(plain_address("FD00:0:0::0005") == "fd00::5");
  CHECK(plain_address("fe80::0001%eth0") == "fe80::1%eth0");
  CHECK(plain_address("10.0.0.5") == "10.0.0.5");
  CHECK(plain_address("srv") == "srv");
}

TEST_CASE("how this machine is set up is read without asking anybody") {
  const NameSetup setup = name_setup();
  CHECK_FALSE(setup.hosts_path.empty());
  CHECK(setup.hosts_file.state != Presence::not_looked);
  CHECK(setup.servers.state != Presence::not_looked);
  CHECK(setup.search_list.state != Presence::not_looked);
}
