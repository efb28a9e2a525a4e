// Names to addresses by the system's own resolver, which can only block: each question gets its own thread.
#include <algorithm>

#include "base/text.h"
#include "net/question.h"

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <netdb.h>
#endif

namespace rdpdoctor::net {

namespace {

#ifdef _WIN32
using Found = ADDRINFOW;
int ask_system(const std::string& name, Found** found) {
  const Bytes utf16 = utf8_to_utf16le(name);
  std::wstring wide;
  for (std::size_t i = 0; i + 1 < utf16.size(); i += 2)
    wide += static_cast<wchar_t>(utf16[i] | utf16[i + 1] << 8);
  Found hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  return GetAddrInfoW(wide.c_str(), nullptr, &hints, found);
}
void free_found(Found* found) {
  FreeAddrInfoW(found);
}
#else
using Found = addrinfo;
int ask_system(const std::string& name, Found** found) {
  Found hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  return getaddrinfo(name.c_str(), nullptr, &hints, found);
}
void free_found(Found* found) {
  freeaddrinfo(found);
}
#endif

// "" for what is neither IPv4 nor IPv6.
std::string numeric(const Found& entry) {
  if (entry.ai_family != AF_INET && entry.ai_family != AF_INET6) return {};
  char text[256] = {};
  const auto size = static_cast<socklen_t>(entry.ai_addrlen);
  if (getnameinfo(entry.ai_addr, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) return {};
  return text;
}

Resolution look_up(const std::string& name) {
  Resolution answer;
  Found* found = nullptr;
  answer.os_code = ask_system(name, &found);
  answer.outcome = lookup_outcome(answer.os_code);
  if (answer.os_code != 0) {
    answer.error = lookup_words(answer.os_code);
    return answer;
  }
  for (const Found* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::string address = numeric(*entry);
    if (address.empty() || std::ranges::find(answer.addresses, address) != answer.addresses.end()) continue;
    answer.addresses.push_back(std::move(address));
  }
  free_found(found);
  if (answer.addresses.empty()) answer.outcome = Resolution::Outcome::not_found;
  return answer;
}

Resolution no_thread(int os_code) {
  Resolution none;
  none.os_code = os_code;
  none.error = words_of(os_code);
  return none;
}

}  // namespace

void Reactor::resolve(const std::string& name, Moment deadline, std::function<void(Resolution)> then) {
  Resolution late;
  late.outcome = Resolution::Outcome::timed_out;
  ask_in_thread(
      state_->context, state_->mailbox, deadline, [name] { return look_up(name); }, std::move(late),
      no_thread, std::move(then));
}

}  // namespace rdpdoctor::net
