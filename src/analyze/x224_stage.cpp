#include "analyze/x224_stage.h"

#include <algorithm>

#include "codes/registry.h"
#include "fmt/core.h"
#include "wire/first_bytes.h"
#include "wire/pdu_words.h"
#include "wire/tls_records.h"
#include "wire/tpkt.h"
#include "wire/x224.h"

namespace rdpdoctor::analyze {

using evidence::X224Outcome;

namespace {

// A Connection Confirm has at most 19 bytes; anything that claims far more is not one.
constexpr std::size_t most_confirm_bytes = 1024;
constexpr std::size_t most_banner_bytes = 512;
// The longest PROXY protocol 1 line, with CR LF.
constexpr std::size_t most_proxy_line = 107;
constexpr std::string_view proxy_prefix = "PROXY ";

void consume(Bytes& stream, std::size_t n) {
  stream.erase(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(std::min(n, stream.size())));
}

bool begins_with(View bytes, std::string_view text) {
  std::size_t n = std::min(bytes.size(), text.size());
  return std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n), text.begin());
}

// What the tpktHeader claims; 0 while it is not whole.
std::size_t claimed(View stream) {
  return stream.size() < wire::tpkt_header_size ? 0 : std::size_t{stream[2]} << 8 | stream[3];
}

bool is_connection_request(View payload) {
  return payload.size() >= 2 && (payload[1] & 0xF0) == 0xE0;
}

}  // namespace

X224Stage::Next X224Stage::client(Bytes& stream, std::int64_t at_us) {
  if (stream.empty()) return Next::more;
  if (!proxy_line_looked_for_ && begins_with(stream, proxy_prefix)) {
    auto end = std::find(stream.begin(), stream.end(), '\n');
    if (end == stream.end()) return stream.size() < most_proxy_line ? Next::more : Next::foreign;
    asked_.proxy_header = true;
    consume(stream, static_cast<std::size_t>(end - stream.begin()) + 1);
  }
  proxy_line_looked_for_ = true;
  if (stream.empty()) return Next::more;
  if (stream[0] == wire::tls_handshake) {
    if (stream.size() < 2) return Next::more;
    return stream[1] == 3 ? Next::tls : Next::foreign;
  }
  if (stream[0] != wire::tpkt_version) return Next::foreign;
  std::size_t size = claimed(stream);
  if (stream.size() < wire::tpkt_header_size) return Next::more;
  if (size < wire::tpkt_header_size || size > most_confirm_bytes) return Next::foreign;
  if (stream.size() >= 6 && !is_connection_request(View(stream).subspan(wire::tpkt_header_size)))
    return Next::foreign;
  if (stream.size() < size) return Next::more;
  Next next = request(View(stream).first(size).subspan(wire::tpkt_header_size), at_us);
  consume(stream, size);
  return next;
}

X224Stage::Next X224Stage::request(View payload, std::int64_t at_us) {
  if (!is_connection_request(payload)) return Next::foreign;
  requested_at_ = at_us;
  facts_.outcome = X224Outcome::waiting;
  asked_.cookie = false;
  auto read = wire::decode_connection_request(payload);
  if (!read) {
    pdus_->note(From::client, "broken X.224 Connection Request: " + to_text(read.error()));
    return Next::request;
  }
  request_read_ = true;
  asked_.cookie = !read->routing.empty();
  if (read->negotiation) asked_.protocols = read->negotiation->requested_protocols;
  pdus_->note(From::client, wire::words_of(*read));
  return Next::request;
}

X224Stage::Next X224Stage::host(Bytes& stream, std::int64_t at_us) {
  if (stream.empty()) return Next::more;
  facts_.bytes = stream.size();
  if (stream[0] != wire::tpkt_version) {
    if (stream.size() < most_banner_bytes) return Next::more;
    name_banner(stream, at_us);
    return Next::ended;
  }
  std::size_t size = claimed(stream);
  if (stream.size() < wire::tpkt_header_size) return Next::more;
  if (size < wire::tpkt_header_size) return malformed("tpktHeader.length is below 4", stream, at_us);
  if (size > most_confirm_bytes) {
    return malformed(
        fmt::format("tpktHeader.length claims {} bytes, a Connection Confirm has 11 or 19", size), stream,
        at_us);
  }
  if (stream.size() < size) return Next::more;
  View whole = View(stream).first(size);
  Next next = confirm(whole.subspan(wire::tpkt_header_size), whole, at_us);
  facts_.bytes = size;
  consume(stream, size);
  return next;
}

X224Stage::Next X224Stage::confirm(View payload, View whole, std::int64_t at_us) {
  auto read = wire::decode_connection_confirm(payload);
  if (!read) return malformed(to_text(read.error()), whole, at_us);
  pdus_->note(From::host, wire::words_of(*read, codes::name_or_empty));
  facts_.ms = ms_between(requested_at_, at_us);
  facts_.outcome = X224Outcome::confirmed;
  if (auto* failure = std::get_if<wire::RdpNegFailure>(&read->negotiation)) {
    facts_.outcome = X224Outcome::negotiation_failure;
    facts_.failure_code = failure->failure_code;
    return Next::ended;
  }
  if (auto* response = std::get_if<wire::RdpNegRsp>(&read->negotiation)) {
    facts_.selected = response->selected_protocol;
    facts_.flags = response->flags;
  }
  // [MS-RDPBCGR] 2.2.1.2.1: a host selects from what was requested. The client may go on all the same.
  std::uint32_t selected = facts_.selected.value_or(0);
  if (!request_read_ || (selected & ~asked_.protocols.value_or(0)) == 0) return Next::chosen;
  std::string requested =
      asked_.protocols ? fmt::format("0x{:X}", *asked_.protocols) : std::string("no protocol at all");
  (void)malformed(fmt::format("selectedProtocol is 0x{:X}, and {} was asked for", selected, requested), whole,
                  at_us);
  return Next::chosen;
}

X224Stage::Next X224Stage::malformed(std::string problem, View bytes, std::int64_t at_us) {
  facts_.outcome = X224Outcome::malformed;
  facts_.problem = std::move(problem);
  facts_.first_bytes = hex_dump(bytes);
  facts_.ms = ms_between(requested_at_, at_us);
  pdus_->note(From::host, "broken answer: " + facts_.problem);
  return Next::ended;
}

void X224Stage::name_banner(View bytes, std::int64_t at_us) {
  wire::Spoken spoken = wire::recognize_first_bytes(bytes);
  facts_.outcome = X224Outcome::not_rdp;
  facts_.spoke = spoken.protocol;
  facts_.spoke_detail = spoken.detail;
  facts_.first_bytes = hex_dump(bytes);
  facts_.ms = ms_between(requested_at_, at_us);
  pdus_->note(From::host, fmt::format("not RDP: {} {}", spoken.protocol, spoken.detail));
}

void X224Stage::ended(StageEnd how, View unread, std::int64_t at_us) {
  if (facts_.outcome != X224Outcome::waiting) return;
  if (!unread.empty() && unread[0] != wire::tpkt_version) {
    name_banner(unread, at_us);
    return;
  }
  // An answer that came in drops is none when the client has waited long for its end.
  bool drops = !unread.empty() && patience_us <= at_us - requested_at_;
  if (!drops && (how == StageEnd::left || how == StageEnd::unknown)) return;
  facts_.ms = ms_between(requested_at_, at_us);
  if (!unread.empty()) facts_.first_bytes = hex_dump(unread);
  facts_.outcome = how == StageEnd::host_fin     ? X224Outcome::closed
                   : how == StageEnd::host_reset ? X224Outcome::reset
                                                 : X224Outcome::silent;
}

void X224Stage::lost() {
  if (facts_.outcome == X224Outcome::waiting) facts_.problem = "the capture lacks bytes of the answer";
}

}  // namespace rdpdoctor::analyze
