// The judgement of the first bytes after the confirm, by record header and, for SHA-1, by the whole
// ClientHello.
#include "lab/hello_gate.h"

#include <algorithm>

#include "wire/tls_records.h"

namespace rdpdoctor::lab {
namespace {

constexpr std::size_t record_header_size = 5;
constexpr std::size_t largest_fragment = 16384 + 2048;
constexpr std::uint8_t client_hello = 1;
// Up to here a ClientHello shows itself: the record's header and the message's type.
constexpr std::size_t telling_size = record_header_size + 1;

bool begins_as_record(View stream) {
  return stream[0] == wire::tls_handshake;
}

// A host gives up on its own key only when it has read a record, or sees that there is none.
Gate whole_record(View stream) {
  if (!begins_as_record(stream)) return Gate::act;
  if (stream.size() < record_header_size) return Gate::wait;
  const std::size_t fragment = static_cast<std::size_t>(stream[3] << 8 | stream[4]);
  if (largest_fragment < fragment) return Gate::act;
  return stream.size() < record_header_size + fragment ? Gate::wait : Gate::act;
}

Gate content_filter(View stream, bool whole, bool first_piece_only) {
  if (!begins_as_record(stream) || (first_piece_only && !whole)) return Gate::pass;
  if (stream.size() < telling_size) return first_piece_only ? Gate::pass : Gate::wait;
  return stream[record_header_size] == client_hello ? Gate::act : Gate::pass;
}

bool is_sha1(std::uint16_t scheme) {
  return (scheme >> 8) == 2;
}  // SignatureAndHashAlgorithm, RFC 5246 7.4.1.4.1

// Without the extension SHA-1 is understood.
Gate sha1_wanted(View stream) {
  const auto seen = wire::read_client_hello(stream);
  if (!seen) return Gate::pass;
  if (!*seen) return Gate::wait;
  const auto& offered = (*seen)->signature_algorithms;
  return offered.empty() || std::ranges::any_of(offered, is_sha1) ? Gate::pass : Gate::act;
}

}  // namespace

Gate judge_hello(const Behaviour& behaviour, View stream, bool whole) {
  if (stream.empty()) return Gate::wait;
  if (behaviour.needs_sha1) return sha1_wanted(stream);
  if (behaviour.at_hello == Leave::go_on) return Gate::pass;
  if (!behaviour.only_hellos) return whole_record(stream);
  return content_filter(stream, whole, behaviour.whole_hello_only);
}

Leave act_of(const Behaviour& behaviour) {
  return behaviour.needs_sha1 ? Leave::reset : behaviour.at_hello;
}

}  // namespace rdpdoctor::lab
