// Records and clear handshake messages of TLS: RFC 8446 5.1 and 4.1, RFC 5246 6.2.1 and 7.4.
#include "wire/tls_records.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t record_header_size = 5;
constexpr std::size_t largest_fragment = 16384 + 2048;  // TLSCiphertext of TLS 1.2; TLS 1.3 allows less
// Together with its copy in certificates() and one record this stays below the 256 KiB that the watcher may
// keep.
constexpr std::size_t largest_message = std::size_t{96} * 1024;
constexpr std::size_t largest_client_flight = std::size_t{64} * 1024;

constexpr std::size_t most_certificates =
    32;  // later ones are passed over: thousands of empty ones would cost memory

// HandshakeType, RFC 5246 7.4
constexpr std::uint8_t type_client_hello = 1;
constexpr std::uint8_t type_server_hello = 2;
constexpr std::uint8_t type_certificate = 11;
constexpr std::uint8_t type_server_hello_done = 14;

constexpr std::uint8_t heartbeat = 24;

constexpr std::uint16_t ext_server_name = 0;
constexpr std::uint16_t ext_signature_algorithms = 13;
constexpr std::uint16_t ext_supported_versions = 43;

// RFC 8446 4.1.3: the random of a ServerHello that is a HelloRetryRequest.
constexpr std::array<std::uint8_t, 32> retry_random = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// Judged as early as its bytes allow: one byte of "HTTP/1.1" or of an SSLv2 answer is enough.
std::optional<DecodeError> record_header_problem(View stream, std::size_t offset) {
  if (stream.empty()) return std::nullopt;
  if (stream[0] & 0x80) return DecodeError{"ContentType", offset, "looks like an SSLv2 record"};
  if (stream[0] < tls_change_cipher_spec || stream[0] > heartbeat) {
    return DecodeError{"ContentType", offset, "not a TLS record"};
  }
  if (stream.size() >= 2 && stream[1] != 3) {
    return DecodeError{"ProtocolVersion", offset + 1, "not a TLS version"};
  }
  if (stream.size() < record_header_size) return std::nullopt;
  std::size_t length = static_cast<std::size_t>(stream[3] << 8 | stream[4]);
  if (length > largest_fragment) return DecodeError{"length", offset + 3, "longer than a TLS record may be"};
  if (length == 0 && stream[0] != tls_application_data) {
    return DecodeError{"length", offset + 3, "empty record"};
  }
  return std::nullopt;
}

// The first whole record; nothing while it is incomplete. REQUIRES: record_header_problem found none.
std::optional<View> first_record(View stream) {
  if (stream.size() < record_header_size) return std::nullopt;
  std::size_t size = record_header_size + static_cast<std::size_t>(stream[3] << 8 | stream[4]);
  if (stream.size() < size) return std::nullopt;
  return stream.first(size);
}

void read_session_id(Reader& r) {
  std::uint8_t size = r.u8("session_id.length");
  if (size > 32) r.fail("session_id.length", "over 32");
  r.skip(size, "session_id");
}

// Calls each(type, body) for every extension; TLS 1.0 peers may leave the block out altogether.
template <class Each>
void read_extensions(Reader& r, Each each) {
  if (!r.ok() || r.left() == 0) return;
  Reader block = r.sub(r.u16be("extensions.length"), "extensions");
  while (block.left() > 0) {
    std::uint16_t type = block.u16be("extension_type");
    Reader body = block.sub(block.u16be("extension_data.length"), "extension_data");
    each(type, body);
    block.absorb(body);
  }
  r.absorb(block);
}

std::vector<std::uint16_t> read_values(Reader& r, std::size_t size, std::string_view field) {
  if (size % 2 != 0) r.fail(field, "odd length");
  Reader list = r.sub(size, field);
  std::vector<std::uint16_t> values;
  while (list.left() > 0) values.push_back(list.u16be(field));
  return values;
}

Decoded<ServerHelloSeen> read_server_hello(View body) {
  Reader r(body);
  ServerHelloSeen seen;
  seen.version = r.u16be("legacy_version");
  seen.hello_retry_request = std::ranges::equal(r.bytes(32, "random"), retry_random);
  read_session_id(r);
  seen.cipher_suite = r.u16be("cipher_suite");
  r.u8("compression_method");
  read_extensions(r, [&](std::uint16_t type, Reader& extension) {
    if (type == ext_supported_versions) seen.version = extension.u16be("selected_version");
  });
  if (r.error()) return std::unexpected(*r.error());
  return seen;
}

Decoded<std::vector<Bytes>> read_certificates(View body) {
  Reader r(body);
  Reader list = r.sub(r.u24be("certificate_list.length"), "certificate_list");
  std::vector<Bytes> chain;
  while (list.left() > 0) {
    View der = list.bytes(list.u24be("ASN.1Cert.length"), "ASN.1Cert");
    if (!list.ok() || chain.size() == most_certificates) continue;
    chain.emplace_back(der.begin(), der.end());
  }
  r.absorb(list);
  if (r.error()) return std::unexpected(*r.error());
  return chain;
}

std::string read_host_name(Reader& r) {  // RFC 6066 3; the first name is the only one in use
  if (r.left() == 0) return {};
  Reader list = r.sub(r.u16be("server_name_list.length"), "server_name_list");
  list.u8("name_type");
  std::string name = printable(list.bytes(list.u16be("HostName.length"), "HostName"), 255);
  r.absorb(list);
  return name;
}

void read_hello_extension(std::uint16_t type, Reader& r, ClientHelloSeen& seen) {
  switch (type) {
    case ext_server_name: seen.server_name = read_host_name(r); break;
    case ext_signature_algorithms:
      seen.signature_algorithms =
          read_values(r, r.u16be("signature_algorithms.length"), "signature_algorithms");
      break;
    case ext_supported_versions:
      seen.supported_versions = read_values(r, r.u8("versions.length"), "versions");
      break;
    default: break;
  }
}

Decoded<ClientHelloSeen> read_hello_body(View body) {
  Reader r(body);
  ClientHelloSeen seen;
  seen.size = body.size() + 4;
  seen.legacy_version = r.u16be("legacy_version");
  r.skip(32, "random");
  read_session_id(r);
  seen.cipher_suites = read_values(r, r.u16be("cipher_suites.length"), "cipher_suites");
  r.skip(r.u8("compression_methods.length"), "compression_methods");
  read_extensions(
      r, [&](std::uint16_t type, Reader& extension) { read_hello_extension(type, extension, seen); });
  if (r.error()) return std::unexpected(*r.error());
  if (seen.supported_versions.empty()) seen.supported_versions = {seen.legacy_version};
  return seen;
}

// The message that the gathered handshake bytes start with; nothing while it is incomplete.
Decoded<std::optional<ClientHelloSeen>> read_hello_message(View handshake) {
  if (handshake.empty()) return std::nullopt;
  if (handshake[0] != type_client_hello) {
    return std::unexpected(DecodeError{"msg_type", record_header_size, "not a ClientHello"});
  }
  if (handshake.size() < 4) return std::nullopt;
  Reader r(handshake);
  r.u8("msg_type");
  std::size_t length = r.u24be("length");
  if (length > largest_client_flight) {
    return std::unexpected(DecodeError{"length", record_header_size + 1, "over 64 KiB"});
  }
  if (r.left() < length) return std::nullopt;
  auto seen = read_hello_body(r.bytes(length, "ClientHello"));
  if (!seen) return std::unexpected(seen.error());
  return *seen;
}

}  // namespace

void TlsWatcher::feed(View bytes) {
  bytes_ += bytes.size();
  while (!bytes.empty() && !error_ && !encrypted_) {
    // One record at most is taken over at a time, so that a large piece does not make the buffer large.
    std::size_t room = record_header_size + largest_fragment - buffer_.size();
    View piece = bytes.first(std::min(room, bytes.size()));
    bytes = bytes.subspan(piece.size());
    buffer_.insert(buffer_.end(), piece.begin(), piece.end());
    take_records();
  }
  if (error_ || encrypted_) {
    buffer_ = {};
    handshake_ = {};
  }
}

void TlsWatcher::take_records() {
  std::size_t taken = 0;
  while (!error_ && !encrypted_) {
    View left = View(buffer_).subspan(taken);
    error_ = record_header_problem(left, at_);
    if (error_) break;
    std::optional<View> whole = first_record(left);
    if (!whole) break;
    taken += whole->size();
    at_ += whole->size();
    record((*whole)[0], whole->subspan(record_header_size));
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void TlsWatcher::record(std::uint8_t type, View fragment) {
  switch (type) {
    case tls_alert:
      if (fragment.size() != 2) break;  // fragmented or encrypted: nothing to read
      if (!alert_ || (alert_->level < 2 && fragment[0] >= 2)) alert_ = TlsAlert{fragment[0], fragment[1]};
      break;
    case tls_change_cipher_spec:
      // RFC 8446 D.4: in TLS 1.3 it means nothing, and a second ServerHello in the clear may follow.
      encrypted_ = !hello_ || hello_->version < 0x0304;
      break;
    case tls_application_data: encrypted_ = true; break;
    case tls_handshake: handshake_fragment(fragment); break;
    default: break;
  }
}

void TlsWatcher::handshake_fragment(View fragment) {
  handshake_.insert(handshake_.end(), fragment.begin(), fragment.end());
  std::size_t taken = 0;
  while (!error_ && handshake_.size() - taken >= 4) {
    Reader r(View(handshake_).subspan(taken));
    std::uint8_t type = r.u8("msg_type");
    std::size_t length = r.u24be("length");
    if (length > largest_message) {
      error_ = DecodeError{"length", at_, "handshake message over 96 KiB"};
      break;
    }
    if (r.left() < length) break;
    handshake_message(type, r.bytes(length, "body"));
    taken += 4 + length;
  }
  handshake_.erase(handshake_.begin(), handshake_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void TlsWatcher::handshake_message(std::uint8_t type, View body) {
  if (type == type_server_hello) {
    auto seen = read_server_hello(body);
    if (!seen) {
      error_ = seen.error();
      return;
    }
    hello_ = *seen;
  } else if (type == type_certificate && certificates_.empty()) {
    if (hello_ && hello_->version >= 0x0304) return;
    auto chain = read_certificates(body);
    if (!chain) {
      error_ = chain.error();
      return;
    }
    certificates_ = std::move(*chain);
  } else if (type == type_server_hello_done) {
    done_ = true;
  }
}

Decoded<std::optional<ClientHelloSeen>> read_client_hello(View stream) {
  const View flight = stream.first(std::min(stream.size(), largest_client_flight));
  View left = flight;
  Bytes handshake;
  while (true) {
    std::size_t offset = flight.size() - left.size();
    if (auto problem = record_header_problem(left, offset)) return std::unexpected(*problem);
    if (!left.empty() && left[0] != tls_handshake) {
      return std::unexpected(DecodeError{"ContentType", offset, "not a handshake record"});
    }
    std::optional<View> whole = first_record(left);
    if (!whole) break;
    left = left.subspan(whole->size());
    View fragment = whole->subspan(record_header_size);
    handshake.insert(handshake.end(), fragment.begin(), fragment.end());
    auto seen = read_hello_message(handshake);
    if (!seen || *seen) return seen;
  }
  if (flight.size() < largest_client_flight) return std::nullopt;
  return std::unexpected(DecodeError{"ClientHello", largest_client_flight, "over 64 KiB"});
}

std::string tls_version_name(std::uint16_t version) {
  switch (version) {
    case 0x0300: return "SSL 3.0";
    case 0x0301: return "TLS 1.0";
    case 0x0302: return "TLS 1.1";
    case 0x0303: return "TLS 1.2";
    case 0x0304: return "TLS 1.3";
    default: break;
  }
  const std::array<std::uint8_t, 2> raw = {static_cast<std::uint8_t>(version >> 8),
                                           static_cast<std::uint8_t>(version & 0xff)};
  return "0x" + hex(raw);
}

}  // namespace rdpdoctor::wire
