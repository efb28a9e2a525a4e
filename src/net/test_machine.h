// For tests only: a Machine whose reactions are given as functions, and one client connection run to its end.
#pragma once

#include <doctest/doctest.h>

#include <chrono>

#include "net/reactor.h"

namespace rdpdoctor::net {

using namespace std::chrono_literals;

// Under Wine a reset that meets a pending read shows up as end of stream.
#ifdef _WIN32
inline bool is_reset(Ending how) {
  return how == Ending::reset || how == Ending::fin;
}
#else
inline bool is_reset(Ending how) {
  return how == Ending::reset;
}
#endif

struct TestMachine : Machine {
  std::function<Step()> on_connected = [] { return Step{}; };
  std::function<Step(View)> on_received = [](View) { return Step{}; };
  std::function<Step()> on_woken = [] { return Step{}; };
  std::function<void(Ending)> on_ended = [](Ending) {};
  Bytes got;
  int reads = 0;
  int wakes = 0;
  int ends = 0;
  Ending how = Ending::open;

  Step connected(Moment) override { return on_connected(); }
  Step received(View bytes, Moment) override {
    CHECK(!bytes.empty());
    CHECK(ends == 0);
    ++reads;
    got.insert(got.end(), bytes.begin(), bytes.end());
    return on_received(bytes);
  }
  Step woken(Moment) override {
    ++wakes;
    return on_woken();
  }
  void ended(Ending ending, Moment) override {
    ++ends;
    how = ending;
    on_ended(ending);
  }
};

inline Bytes text(std::string_view s) {
  return {s.begin(), s.end()};
}
inline Step saying(std::string_view s, Step::Close close = Step::Close::no) {
  return {.send = text(s), .close = close};
}
inline Step closing(Step::Close close) {
  return saying("", close);
}

// Listens on 127.0.0.1 with servers that `setup` prepares.
inline Endpoint serve(Reactor& reactor, std::function<void(TestMachine&)> setup,
                      std::string address = "127.0.0.1") {
  const auto port = reactor.listen({address, 0}, [setup] {
    auto machine = std::make_unique<TestMachine>();
    setup(*machine);
    return machine;
  });
  REQUIRE(port.has_value());
  return {std::move(address), *port};
}

// Connects, and stops the reactor at the end of it.
inline TcpRecord run_client(Reactor& reactor, const Endpoint& to, TestMachine& client,
                            Duration connect_within = 20s, Reactor::RecordFn progress = nullptr) {
  TcpRecord last;
  int ends = 0;
  reactor.connect(to, Reactor::now() + connect_within, client, std::move(progress),
                  [&](const TcpRecord& record) {
                    CHECK(client.ends == 1);
                    ++ends;
                    last = record;
                    reactor.stop();
                  });
  reactor.run();
  REQUIRE(ends == 1);
  CHECK(last.ending == client.how);
  return last;
}

}  // namespace rdpdoctor::net
