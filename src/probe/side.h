// What a run does beside its RDP connections: names, controls, echoes, UDP, the burst. Each is one file that
// looks at the case file, starts what has become worth starting, and writes what it learns back into it.
#pragma once

#include <functional>
#include <memory>

#include "evidence/case_file.h"
#include "net/reactor.h"
#include "probe/run.h"

namespace rdpdoctor::probe {

// What all of a run shares. Lives as long as the run.
struct Shared {
  net::Reactor& reactor;
  const Options& options;
  evidence::CaseFile& c;
  Moment start;
  Moment deadline;
  std::function<void()> changed;  // tell that `c` has changed: everything is pumped again soon
  std::shared_ptr<bool> alive;    // gone when the run is over

  [[nodiscard]] double now_ms() const { return to_ms(net::Reactor::now() - start); }
  // What the reactor still holds when the run is over must not reach into it.
  template <class F>
  auto guard(F then) const {
    return [alive = std::weak_ptr<bool>(alive), then = std::move(then)](auto&&... args) mutable {
      if (alive.lock()) then(std::forward<decltype(args)>(args)...);
    };
  }
};

class Side {
 public:
  Side() = default;
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;
  virtual ~Side() = default;
  // Called after each thing learned, and ten times a second. Starts what is worth starting; never waits.
  virtual void pump() = 0;
  // Something is under way, or will be by the clock alone: the run waits for it (not beyond its deadline).
  [[nodiscard]] virtual bool busy() const = 0;
};

[[nodiscard]] std::unique_ptr<Side> names_side(Shared& shared);     // run_names.cpp
[[nodiscard]] std::unique_ptr<Side> controls_side(Shared& shared);  // run_controls.cpp
[[nodiscard]] std::unique_ptr<Side> echoes_side(Shared& shared);    // run_echoes.cpp
[[nodiscard]] std::unique_ptr<Side> udp_side(Shared& shared);       // run_udp.cpp
[[nodiscard]] std::unique_ptr<Side> burst_side(Shared& shared);     // run_burst.cpp

// kernel_facts.cpp
[[nodiscard]] evidence::Icmp icmp_of(const net::IcmpReport& r);
[[nodiscard]] Reading<evidence::Icmp> icmp_of(const Reading<net::IcmpReport>& r);
[[nodiscard]] evidence::TcpFacts tcp_facts_of(const net::TcpRecord& r);

}  // namespace rdpdoctor::probe
