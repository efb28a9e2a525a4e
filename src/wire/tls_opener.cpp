#include "wire/tls_opener.h"

namespace rdpdoctor::wire {
void TlsKeyLog::add(std::string_view) {}
const Bytes* TlsKeyLog::find(View, std::string_view) const {
  return nullptr;
}
bool TlsKeyLog::knows(View) const {
  return false;
}
struct TlsOpener::Inside {
  std::string problem;
  std::vector<Bytes> certificates;
};
TlsOpener::TlsOpener(const TlsKeyLog&) : inside_(std::make_unique<Inside>()) {}
TlsOpener::TlsOpener(TlsOpener&&) noexcept = default;
TlsOpener& TlsOpener::operator=(TlsOpener&&) noexcept = default;
TlsOpener::~TlsOpener() = default;
void TlsOpener::feed(From, View) {}
Bytes TlsOpener::take(From) {
  return {};
}
TlsOpener::State TlsOpener::state() const {
  return State::no_secret;
}
const std::string& TlsOpener::problem() const {
  return inside_->problem;
}
const std::vector<Bytes>& TlsOpener::certificates() const {
  return inside_->certificates;
}
std::optional<std::uint8_t> TlsOpener::alert(From) const {
  return std::nullopt;
}
}  // namespace rdpdoctor::wire
