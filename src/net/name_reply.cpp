#include "net/name_reply.h"

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include <ares.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "base/text.h"
#include "net/ares_library.h"

namespace rdpdoctor::net {

namespace {

using Outcome = NameReply::Outcome;

constexpr std::size_t most_addresses = 32;

Outcome outcome_of(int status) {
  switch (status) {
    case ARES_SUCCESS: return Outcome::answered;
    case ARES_ENODATA: return Outcome::no_data;
    case ARES_ENOTFOUND: return Outcome::not_found;
    case ARES_EREFUSED: return Outcome::refused;
    case ARES_EFORMERR:
    case ARES_ESERVFAIL:
    case ARES_ENOTIMP:
    case ARES_EBADRESP: return Outcome::server_failed;
    case ARES_ETIMEOUT: return Outcome::timed_out;
    case ARES_ECONNREFUSED: return Outcome::unreachable;
    default: return Outcome::failed;
  }
}

// Codes of RFC 1035 4.1.1 by their names; c-ares' own words for the rest.
std::string words_for(int status) {
  switch (status) {
    case ARES_SUCCESS:
    case ARES_ENODATA: return "";
    case ARES_ENOTFOUND: return "NXDOMAIN";
    case ARES_EREFUSED: return "REFUSED";
    case ARES_EFORMERR: return "FORMERR";
    case ARES_ESERVFAIL: return "SERVFAIL";
    case ARES_ENOTIMP: return "NOTIMP";
    case ARES_EBADRESP: return "an answer that can't be read";
    case ARES_ETIMEOUT: return "";
    case ARES_ECONNREFUSED: return "nothing answers there";
    default: return lower(ares_strerror(status));
  }
}

struct FreeHost {
  void operator()(hostent* host) const { ares_free_hostent(host); }
};
using Host = std::unique_ptr<hostent, FreeHost>;

void add_names(const Host& host, NameReply& reply) {
  if (!host) return;
  for (char** alias = host->h_aliases; alias != nullptr && *alias != nullptr; ++alias)
    reply.names.emplace_back(*alias);
}

const void* address_of(const ares_addrttl& entry) {
  return &entry.ipaddr;
}
const void* address_of(const ares_addr6ttl& entry) {
  return &entry.ip6addr;
}

template <class Entry, class Parse>
int read_addresses(int family, View message, Parse parse, NameReply& reply) {
  std::array<Entry, most_addresses> entries{};
  int n = static_cast<int>(entries.size());
  hostent* raw = nullptr;
  const int status = parse(message.data(), static_cast<int>(message.size()), &raw, entries.data(), &n);
  const Host host(raw);
  if (status != ARES_SUCCESS) return status;
  for (int i = 0; i < n; ++i) {
    const Entry& entry = entries[static_cast<std::size_t>(i)];
    std::array<char, 64> text{};
    if (ares_inet_ntop(family, address_of(entry), text.data(), text.size()) == nullptr) continue;
    if (std::ranges::find(reply.addresses, text.data()) == reply.addresses.end())
      reply.addresses.emplace_back(text.data());
    const auto ttl = static_cast<std::uint32_t>(std::max(0, entry.ttl));
    reply.ttl_s = std::min(reply.ttl_s.value_or(ttl), ttl);
  }
  add_names(host, reply);  // of aliases; the last one leads to the canonical name
  if (!reply.names.empty() && host->h_name != nullptr) reply.names.emplace_back(host->h_name);
  return reply.addresses.empty() ? ARES_ENODATA : ARES_SUCCESS;
}

int read_names(View message, NameReply& reply) {
  hostent* raw = nullptr;
  const int status =
      ares_parse_ptr_reply(message.data(), static_cast<int>(message.size()), nullptr, 0, AF_INET, &raw);
  const Host host(raw);
  if (status == ARES_SUCCESS) add_names(host, reply);
  return status == ARES_SUCCESS && reply.names.empty() ? ARES_ENODATA : status;
}

int decode(int type, View message, NameReply& reply) {
  switch (type) {
    case record_a: return read_addresses<ares_addrttl>(AF_INET, message, ares_parse_a_reply, reply);
    case record_aaaa: return read_addresses<ares_addr6ttl>(AF_INET6, message, ares_parse_aaaa_reply, reply);
    case record_ptr: return read_names(message, reply);
    default: return ARES_EBADQUERY;
  }
}

}  // namespace

NameReply name_reply(int ares_status, int type, View message) {
  NameReply reply;
  const int status = ares_status == ARES_SUCCESS ? decode(type, message, reply) : ares_status;
  reply.outcome = outcome_of(status);
  reply.error = words_for(status);
  return reply;
}

NameReply both(std::vector<NameReply> parts) {
  // A server that denies the name for one type and knows it for the other is broken (RFC 4074 4.2), and the
  // name exists. A type that was not told might have had an answer.
  static constexpr std::array order{Outcome::answered,      Outcome::not_found, Outcome::failed,
                                    Outcome::server_failed, Outcome::refused,   Outcome::unreachable,
                                    Outcome::timed_out,     Outcome::no_data};
  const auto has = [&](Outcome outcome) {
    return std::ranges::any_of(parts, [&](const NameReply& part) { return part.outcome == outcome; });
  };
  NameReply whole;
  for (const Outcome outcome : order) {
    if (outcome == Outcome::not_found && has(Outcome::no_data)) continue;
    const auto of = std::ranges::find(parts, outcome, &NameReply::outcome);
    if (of == parts.end()) continue;
    whole.outcome = outcome;
    whole.error = of->error;
    break;
  }
  for (NameReply& part : parts) {
    for (std::string& address : part.addresses) whole.addresses.push_back(std::move(address));
    if (whole.names.empty()) whole.names = std::move(part.names);
    if (part.ttl_s) whole.ttl_s = std::min(whole.ttl_s.value_or(*part.ttl_s), *part.ttl_s);
  }
  return whole;
}

std::string pointer_name(const std::string& address) {
  std::array<std::uint8_t, 16> bytes{};
  const std::string plain = address.substr(0, address.find('%'));
  std::string name;
  if (ares_inet_pton(AF_INET, plain.c_str(), bytes.data()) == 1) {
    for (int i = 3; 0 <= i; --i) name += std::to_string(bytes[static_cast<std::size_t>(i)]) + ".";
    return name + "in-addr.arpa";
  }
  if (ares_inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) return {};
  constexpr std::string_view digits = "0123456789abcdef";
  for (int i = 15; 0 <= i; --i) {
    const std::uint8_t byte = bytes[static_cast<std::size_t>(i)];
    for (const int digit : {byte & 15, byte >> 4}) name += {digits[static_cast<std::size_t>(digit)], '.'};
  }
  return name + "ip6.arpa";
}

std::string plain_address(const std::string& address) {
  const std::size_t scope = std::min(address.find('%'), address.size());
  const std::string number = address.substr(0, scope);
  std::array<std::uint8_t, 16> bytes{};
  std::array<char, 64> text{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (ares_inet_pton(family, number.c_str(), bytes.data()) != 1) continue;
    if (ares_inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) break;
    return text.data() + address.substr(scope);
  }
  return address;
}

int ares_library() {
  static const int status = ares_library_init(ARES_LIB_INIT_ALL);  // Windows needs it
  return status;
}

}  // namespace rdpdoctor::net
