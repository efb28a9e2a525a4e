// An attempt by the system's own TLS, with one that plays a script in its place.
#include <doctest/doctest.h>

#include "probe/attempt.h"
#include "wire/x224.h"

namespace rdpdoctor::probe {
namespace {

using namespace evidence;
using std::chrono::milliseconds;

// Plays its steps in order, whatever comes, and keeps what came.
class Scripted : public TokenHandshake {
 public:
  Scripted(std::vector<Step> steps, Bytes& got) : steps_(std::move(steps)), got_(got) {}
  Step begin() override { return next(); }
  Step received(View bytes) override {
    got_.insert(got_.end(), bytes.begin(), bytes.end());
    return next();
  }
  [[nodiscard]] Agreed agreed() const override { return {0x0303, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}; }

 private:
  Step next() { return at_ < steps_.size() ? steps_[at_++] : Step{}; }

  std::vector<Step> steps_;
  std::size_t at_ = 0;
  Bytes& got_;
};

using Token = TokenHandshake::Step;
using State = Token::State;

const Bytes client_hello = {22, 3, 1, 0, 1, 1};
const Bytes server_says = {22, 3, 3, 0, 4, 14, 0, 0, 0};
const Bytes fatal_alert = {21, 3, 3, 0, 2, 2, 70};

struct Driven {
  Moment now{};
  Bytes got;  // by the system's TLS
  Attempt attempt;
  net::Step last;

  explicit Driven(std::vector<Token> steps)
      : attempt({.address = "a", .what = "system tls", .protocols = 0xB, .tls = "system", .nla = false},
                context(std::move(steps))) {
    last = attempt.connected(now);
  }
  AttemptContext context(std::vector<Token> steps) {
    AttemptContext out{.waits = {milliseconds(300), milliseconds(300), milliseconds(300)},
                       .random32 = Bytes(32, 7),
                       .verbose = true};
    out.server_name = "srv-fin-02";
    out.system_tls = [this, list = std::move(steps)](const std::string& name) {
      CHECK(name == "srv-fin-02");
      return std::make_unique<Scripted>(list, got);
    };
    return out;
  }
  void give(View bytes) {
    now += milliseconds(1);
    last = attempt.received(bytes, now);
  }
  void confirm(std::uint32_t selected = 1) {
    give(wire::tpkt(wire::encode(wire::ConnectionConfirm{wire::RdpNegRsp{0x1f, selected}})));
  }
  const TlsFacts& tls() { return attempt.facts().tls; }
  bool closed() const { return last.close == net::Step::Close::fin; }
};

Token hello() {
  return {.send = client_hello};
}

}  // namespace

TEST_CASE("what the system's TLS says is sent, and what comes is given to it, until it has agreed") {
  Driven d({hello(), {}, {.state = State::completed, .send = {1, 2, 3}}});
  d.confirm();
  CHECK(d.last.send == client_hello);
  CHECK(d.last.wake == d.now + milliseconds(300));
  CHECK(d.tls().hello_bytes == client_hello.size());
  CHECK(d.tls().outcome == TlsOutcome::waiting);
  d.give(View(server_says).first(3));
  CHECK_FALSE(d.closed());
  d.give(View(server_says).subspan(3));
  CHECK(d.closed());
  CHECK(d.last.send == Bytes{1, 2, 3});
  CHECK(d.got == server_says);
  CHECK(d.tls().outcome == TlsOutcome::completed);
  CHECK(d.tls().version == 0x0303u);
  CHECK(d.tls().cipher == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  CHECK(d.tls().ms == 2);
  CHECK_FALSE(d.tls().system_status);
  CHECK(d.attempt.facts().nla.outcome == NlaOutcome::not_tried);
}

TEST_CASE("a failure keeps the system's code, its name, and what it sends last") {
  Driven d({hello(), {.state = State::failed, .send = fatal_alert, .status = 0x80090331}});
  d.confirm();
  d.give(server_says);
  CHECK(d.closed());
  CHECK(d.last.send == fatal_alert);
  CHECK(d.tls().outcome == TlsOutcome::failed_here);
  CHECK(d.tls().system_status == 0x80090331u);
  CHECK(d.tls().problem == "SEC_E_ALGORITHM_MISMATCH");
  Driven early({{.state = State::failed, .status = 0x8009FFFF}});
  early.confirm();
  CHECK(early.closed());
  CHECK(early.last.send.empty());
  CHECK(early.tls().outcome == TlsOutcome::failed_here);
  CHECK(early.tls().problem == "0x8009FFFF");
}

TEST_CASE("a fatal alert of the host is the end, whether the system says so or waits for more") {
  for (Token then : {Token{}, Token{.state = State::failed, .status = 0x80090302}}) {
    Driven d({hello(), then});
    d.confirm();
    d.give(fatal_alert);
    CHECK(d.closed());
    CHECK(d.tls().outcome == TlsOutcome::alert);
    CHECK(d.tls().alert == 70u);
    CHECK(d.tls().system_status.has_value() == (then.state == State::failed));
  }
  Driven page({hello()});
  page.confirm();
  page.give(Bytes(200, 'H'));
  CHECK(page.closed());
  CHECK(page.tls().outcome == TlsOutcome::not_tls);
}

TEST_CASE("silence, FIN and RST end it as they end a handshake by OpenSSL") {
  Driven silent({hello()}), fin({hello()}), reset({hello()});
  for (Driven* d : {&silent, &fin, &reset}) d->confirm();
  silent.now += milliseconds(400);
  CHECK(silent.attempt.woken(silent.now).close == net::Step::Close::fin);
  fin.attempt.ended(net::Ending::fin, fin.now);
  reset.attempt.ended(net::Ending::reset, reset.now);
  CHECK(silent.tls().outcome == TlsOutcome::silent);
  CHECK(fin.tls().outcome == TlsOutcome::closed);
  CHECK(reset.tls().outcome == TlsOutcome::reset);
}

TEST_CASE("without TLS chosen, or without a TLS of the system's own, nothing is sent") {
  Driven plain({hello()});
  plain.confirm(0);
  CHECK(plain.closed());
  CHECK(plain.tls().outcome == TlsOutcome::not_tried);
  Attempt none({.address = "a", .what = "system tls", .protocols = 0xB, .tls = "system", .nla = false}, {});
  static_cast<void>(none.connected({}));
  net::Step step =
      none.received(wire::tpkt(wire::encode(wire::ConnectionConfirm{wire::RdpNegRsp{0x1f, 1}})), {});
  CHECK(step.close == net::Step::Close::fin);
  CHECK(none.facts().tls.outcome == TlsOutcome::failed_here);
}

}  // namespace rdpdoctor::probe
