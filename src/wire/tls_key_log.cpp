#include "wire/tls_key_log.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t most_lines = 1'000'000;
constexpr std::size_t random_size = 32;
constexpr std::size_t largest_secret = 64;  // a hash of TLS 1.3 has 48 bytes at most, a master secret 48

constexpr std::array<std::string_view, 5> labels_in_use = {
    "CLIENT_RANDOM", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"};

bool is_label(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
  });
}

// Of another size: all zeros, which no client sends.
std::array<std::uint8_t, random_size> as_key(View client_random) {
  std::array<std::uint8_t, random_size> key{};
  if (client_random.size() == key.size()) std::ranges::copy(client_random, key.begin());
  return key;
}

}  // namespace

void TlsKeyLog::add(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    add_line(trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void TlsKeyLog::add_line(std::string_view line) {
  if (line.empty() || line.front() == '#' || lines_ == most_lines) return;
  const auto parts = split(line, ' ');
  const bool shaped = parts.size() == 3 && is_label(parts[0]) && parts[1].size() == 2 * random_size &&
                      !parts[2].empty() && parts[2].size() <= 2 * largest_secret;
  const auto random = shaped ? from_hex(parts[1]) : std::nullopt;
  const auto secret = shaped ? from_hex(parts[2]) : std::nullopt;
  if (!random || !secret) {
    ++bad_lines_;
    return;
  }
  ++lines_;
  if (std::ranges::find(labels_in_use, parts[0]) == labels_in_use.end()) return;
  secrets_[as_key(*random)].insert_or_assign(std::string(parts[0]), *secret);
}

const Bytes* TlsKeyLog::find(View client_random, std::string_view label) const {
  const auto of_connection = secrets_.find(as_key(client_random));
  if (of_connection == secrets_.end()) return nullptr;
  const auto found = of_connection->second.find(label);
  return found == of_connection->second.end() ? nullptr : &found->second;
}

bool TlsKeyLog::knows(View client_random) const {
  return secrets_.contains(as_key(client_random));
}

}  // namespace rdpdoctor::wire
