#include "analyze/flow_table.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace rdpdoctor::analyze {
namespace {

constexpr std::size_t most_young = 8192;
constexpr std::size_t most_open = 20'000;
constexpr std::size_t most_closed = 512;
// What may still come for a connection that both sides have closed.
constexpr std::int64_t linger_us = 30'000'000;

std::uint64_t mixed(std::uint64_t hash, const wire::Endpoint& endpoint) {
  constexpr std::uint64_t factor = 0x9e3779b97f4a7c15;
  std::uint64_t words[2];
  std::memcpy(words, endpoint.address.data(), sizeof words);
  hash = (hash ^ words[0]) * factor;
  hash ^= hash >> 32;
  if (endpoint.v6) hash = (hash ^ words[1]) * factor;
  hash = (hash ^ endpoint.port) * factor;
  return hash ^ hash >> 29;
}

}  // namespace

std::size_t FlowKeyHash::operator()(const FlowKey& key) const {
  return mixed(mixed(0, key.low), key.high);
}

void FlowTable::tcp(const wire::DecodedPacket& p, std::int64_t at_us) {
  const FlowKey key = FlowKey::of(p.from, p.to);
  auto found = by_key_.find(key);
  if (found != by_key_.end() && found->second->flow.begins_another(p)) {
    finish(found->second, at_us);
    found = by_key_.end();
  }
  if (found != by_key_.end())
    go_on(found->second, p, at_us);
  else
    begin(key, p, at_us);
}

void FlowTable::begin(const FlowKey& key, const wire::DecodedPacket& p, std::int64_t at_us) {
  const bool to_port = p.to.port == options_.port;
  const bool from_port = p.from.port == options_.port;
  const bool syn = p.tcp.syn && !p.tcp.ack;
  std::optional<Age> age;
  From who = From::client;
  if (to_port || (from_port && !syn)) {
    // Acknowledgments alone, and the end of what came before the capture, tell nothing.
    if (syn || (p.tcp.syn && p.tcp.ack) || (p.payload_bytes > 0 && !p.tcp.rst)) age = Age::open;
    const bool by_host = (p.tcp.syn && p.tcp.ack) || (!p.tcp.syn && !to_port);
    who = by_host ? From::host : From::client;
  } else if (syn) {
    age = Age::young;
  } else if (!p.tcp.syn && Conversation::begins_as_rdp(p.payload)) {
    age = Age::open;
  }
  if (!age) return;
  Entries& list = list_of(*age);
  list.push_back(Entry{key, TcpFlow(p, who, at_us), *age});
  const auto entry = std::prev(list.end());
  by_key_.emplace(key, entry);
  entry->flow.packet(p, who, at_us, secrets_, options_.verbose);
  forget_old(at_us);
}

void FlowTable::go_on(Entries::iterator entry, const wire::DecodedPacket& p, std::int64_t at_us) {
  const From who = entry->flow.sender(p);
  if (entry->age == Age::young && p.payload_bytes > 0) {
    if (who == From::host || !Conversation::begins_as_rdp(p.payload)) {
      by_key_.erase(entry->key);
      list_of(Age::young).erase(entry);
      return;
    }
    move_to(Age::open, entry);
  }
  entry->flow.packet(p, who, at_us, secrets_, options_.verbose);
  const bool closes = entry->age == Age::open && entry->flow.closed();
  move_to(closes ? Age::closed : entry->age, entry);
  if (closes) forget_old(at_us);
}

void FlowTable::icmp(const wire::DecodedPacket& error, std::int64_t at_us) {
  if (!error.about_tcp) return;
  auto found = by_key_.find(FlowKey::of(error.about_from, error.about_to));
  if (found != by_key_.end()) found->second->flow.icmp(error, at_us);
}

void FlowTable::move_to(Age age, Entries::iterator entry) {
  Entries& list = list_of(age);
  list.splice(list.end(), list_of(entry->age), entry);
  entry->age = age;
}

void FlowTable::finish(Entries::iterator entry, std::int64_t now_us) {
  by_key_.erase(entry->key);
  if (entry->age != Age::young) {
    const std::int64_t began = entry->flow.began_us();
    kept_.add(entry->flow.finish(now_us, secrets_, options_.verbose), began);
  }
  list_of(entry->age).erase(entry);
}

void FlowTable::forget_old(std::int64_t at_us) {
  while (list_of(Age::young).size() > most_young) finish(list_of(Age::young).begin(), at_us);
  while (list_of(Age::open).size() > most_open) finish(list_of(Age::open).begin(), at_us);
  Entries& closed = list_of(Age::closed);
  while (!closed.empty() &&
         (closed.size() > most_closed || closed.front().flow.last_us() + linger_us < at_us))
    finish(closed.begin(), at_us);
}

void FlowTable::over(std::int64_t at_us) {
  for (Age age : {Age::closed, Age::open, Age::young}) {
    while (!list_of(age).empty()) finish(list_of(age).begin(), at_us);
  }
}

}  // namespace rdpdoctor::analyze
