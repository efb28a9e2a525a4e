#include "host/live/interrupt.h"

#include <csignal>

namespace rdpdoctor::host {
namespace {

volatile std::sig_atomic_t seen = 0;

void remember(int signal) {
  seen = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  seen = 0;
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool Interrupt::happened() const {
  return seen != 0;
}

}  // namespace rdpdoctor::host
