// ICMP echo beside the attempts: how far the address is and what gets lost, told by kernels alone. A few
// small ones always; large ones, or more, where the attempts give a reason.
#include <algorithm>

#include "probe/plan.h"
#include "probe/side.h"

namespace rdpdoctor::probe {
namespace {

using evidence::CaseFile;
using evidence::Connection;
using evidence::Echo;
using evidence::EchoOutcome;
using std::chrono::milliseconds;

constexpr std::uint32_t small_bytes = 64;
constexpr std::uint32_t first_count = 10;
constexpr std::uint32_t more_count = 20;
constexpr std::uint32_t large_sizes[] = {576, 1280, 1400, 1500};
constexpr std::uint32_t large_count = 2;
constexpr auto spacing = milliseconds(5);
constexpr auto patience = milliseconds(1000);
// Most hosts answer none at all, and what everything else told stands without them.
constexpr double patience_after_all_ms = 300;

EchoOutcome outcome_of(net::EchoRecord::Outcome o) {
  switch (o) {
    case net::EchoRecord::Outcome::done: return EchoOutcome::done;
    case net::EchoRecord::Outcome::not_permitted: return EchoOutcome::not_permitted;
    case net::EchoRecord::Outcome::failed: return EchoOutcome::failed;
  }
  return EchoOutcome::failed;
}

bool is_open(const Connection& c) {
  return c.ending == evidence::Ending::open;
}

class Echoes final : public Side {
 public:
  explicit Echoes(Shared& shared) : shared_(shared) {}

  void pump() override {
    const CaseFile& c = shared_.c;
    if (std::ranges::any_of(c.connections, is_open) || c.connections.empty())
      quiet_since_ms_ = shared_.now_ms();
    if (!shared_.options.controls || c.target.addresses.empty()) return;
    const std::string address = main_address();
    if (!asked(address, small_bytes)) ask(address, small_bytes, first_count);
    if (!permitted()) return;
    if (!more_asked_ && suspects_loss(c)) {
      more_asked_ = true;
      ask(address, small_bytes, more_count);
    }
    if (large_asked_ || !(suspects_sizes(c) || suspects_bandwidth(c))) return;
    large_asked_ = true;
    for (std::uint32_t size : large_sizes) ask(address, size, large_count);
  }

  [[nodiscard]] bool busy() const override {
    const CaseFile& c = shared_.c;
    bool waiting =
        std::ranges::any_of(c.echoes, [](const Echo& echo) { return echo.outcome == EchoOutcome::waiting; });
    if (!waiting) return false;
    double way_ms = 0;
    bool up = false;
    for (const Connection& conn : c.connections) {
      if (conn.tcp.outcome != evidence::TcpOutcome::connected) continue;
      up = true;
      way_ms = std::max(way_ms, conn.tcp.connect_ms);
    }
    // Where TCP failed, the echo is what tells a host that is down from a filtered port.
    return !up || shared_.now_ms() - quiet_since_ms_ < std::max(patience_after_all_ms, 3 * way_ms);
  }

 private:
  [[nodiscard]] std::string main_address() const {
    for (const Connection& conn : shared_.c.connections) {
      if (conn.asked.what == "standard elsewhere") return conn.asked.address;
    }
    return shared_.c.target.addresses.front();
  }

  [[nodiscard]] bool asked(const std::string& address, std::uint32_t bytes) const {
    return std::ranges::any_of(shared_.c.echoes, [&](const Echo& echo) {
      return echo.address == address && echo.packet_bytes == bytes;
    });
  }

  [[nodiscard]] bool permitted() const {
    return std::ranges::none_of(shared_.c.echoes, [](const Echo& echo) {
      return echo.outcome == EchoOutcome::not_permitted || echo.outcome == EchoOutcome::failed;
    });
  }

  void ask(const std::string& address, std::uint32_t bytes, std::uint32_t count) {
    std::size_t index = shared_.c.echoes.size();
    shared_.c.echoes.push_back(
        {.address = address, .packet_bytes = bytes, .started_ms = shared_.now_ms(), .sent = count});
    shared_.reactor.echo(
        {.address = address, .packet_bytes = bytes, .count = count, .spacing = spacing, .patience = patience},
        shared_.guard([this, index](const net::EchoRecord& record) {
          Echo& echo = shared_.c.echoes[index];
          echo.outcome = outcome_of(record.outcome);
          echo.problem = record.problem;
          echo.sent = record.sent;
          echo.answers_ms = record.answers_ms;
          echo.answer_ttls = record.answer_ttls;
          echo.icmp = icmp_of(record.icmp);
          shared_.changed();
        }));
  }

  Shared& shared_;
  double quiet_since_ms_ = 0;
  bool more_asked_ = false;
  bool large_asked_ = false;
};

}  // namespace

std::unique_ptr<Side> echoes_side(Shared& shared) {
  return std::make_unique<Echoes>(shared);
}

}  // namespace rdpdoctor::probe
