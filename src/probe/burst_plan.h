// What a burst does next: a pure function of what it has seen. First all connections together, held open;
// when the host dropped some of them and answered others, single ones until one passes; then as many one
// after another. So a limit on what is held at once is told from one on how fast connections come.
#pragma once

#include <string_view>

#include "evidence/case_file.h"

namespace rdpdoctor::probe {

inline constexpr std::size_t most_recovery_tries = 6;
inline constexpr std::size_t enough_drops_in_turn = 6;
inline constexpr double burst_ms = 20'000;  // the whole of it, of the 30 s it has with the silence before
inline constexpr double burst_answer_ms = 3000;  // an answer may take so long
// A SYN that was dropped is repeated after a second (RFC 6298 2.1): a connection that stands only then was
// dropped at first. A path so slow that this would cut honest ones gets longer.
inline constexpr double burst_connect_ms = 900;

struct BurstStep {
  enum class Kind {
    begin,    // `count` connections of `phase`
    wait,     // for an event, or `wait_ms`
    release,  // let go of those that are held
    over,
  };
  Kind kind = Kind::over;
  std::string_view phase{};
  std::size_t count = 0;
  double wait_ms = 0;  // 0: an event will come
};

// `held`: how many are open, answered or not. `now_ms` since the run began.
[[nodiscard]] BurstStep next_burst_step(const evidence::Burst& burst, std::size_t held, double now_ms);

// How long nothing may come before the burst, in milliseconds. Where the attempts met drops, a limit on new
// connections may have nothing left to give, and the burst would find only drops: it gets time to recover.
[[nodiscard]] double silence_before_burst_ms(const evidence::CaseFile& c);

// How long a connect may take, by what one alone took.
[[nodiscard]] double burst_connect_limit_ms(double alone_ms);

}  // namespace rdpdoctor::probe
