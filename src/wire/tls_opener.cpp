#include "wire/tls_opener.h"

#include <fmt/core.h>

#include <utility>

#include "wire/tls_handshake.h"
#include "wire/tls_key_schedule.h"
#include "wire/tls_record_keys.h"
#include "wire/tls_records.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t record_header_size = 5;
constexpr std::size_t message_header_size = 4;
constexpr std::uint8_t heartbeat = 24;                  // RFC 6520
constexpr std::size_t largest_fragment = 16384 + 2048;  // TLSCiphertext of TLS 1.2
constexpr std::size_t most_waiting = std::size_t{64} * 1024;
constexpr std::size_t largest_message = std::size_t{96} * 1024;
constexpr std::size_t master_secret_size = 48;

// HandshakeType, RFC 5246 7.4 and RFC 8446 4
constexpr std::uint8_t type_client_hello = 1;
constexpr std::uint8_t type_server_hello = 2;
constexpr std::uint8_t type_certificate = 11;
constexpr std::uint8_t type_finished = 20;
constexpr std::uint8_t type_key_update = 24;

// AlertLevel and AlertDescription, RFC 5246 7.2
constexpr std::uint8_t fatal = 2;
constexpr std::uint8_t close_notify = 0;

}  // namespace

struct TlsOpener::Inside {
  // One direction.
  struct Side {
    std::string_view label;  // of TLS 1.3's secrets: "CLIENT" or "SERVER"
    std::string_view name;   // in problems
    Bytes buffer{};          // what was not read yet
    Bytes handshake{};       // the message begun
    bool begun = false;      // a handshake record or an alert was first, as it must be
    bool stopped = false;
    bool finished = false;                // TLS 1.3: its Finished has passed
    std::optional<TlsRecordKeys> keys{};  // in use
    Bytes plain{};
    std::optional<TlsAlert> alert{};
  };

  const TlsKeyLog& secrets;
  Side client{.label = "CLIENT", .name = "client"};
  Side host{.label = "SERVER", .name = "host"};
  Bytes client_random{};                    // of the latest ClientHello
  std::optional<TlsServerChoice> choice{};  // of the latest ServerHello
  bool secret_missing = false;
  bool failed = false;
  std::string problem{};
  std::vector<Bytes> certificates{};

  Side& of(From who) { return who == From::client ? client : host; }
  [[nodiscard]] const Side& of(From who) const { return who == From::client ? client : host; }
  [[nodiscard]] bool tls13() const { return choice && choice->version == 0x0304; }

  void stop(Side& side, std::string why);
  void fail(Side& side, std::string why);
  void advance();
  void read(Side& side);
  // False: the record has to wait, or the side has failed.
  [[nodiscard]] bool record(Side& side, std::uint8_t type, View fragment);
  [[nodiscard]] bool sealed_record(Side& side, std::uint8_t type, View fragment);
  [[nodiscard]] bool change_cipher(Side& side);
  [[nodiscard]] bool has_tls13_keys(Side& side);
  [[nodiscard]] const TlsSuite* suite(Side& side);
  [[nodiscard]] const Bytes* secret(std::string_view label);
  void content(Side& side, std::uint8_t type, View bytes);
  void take_alert(Side& side, View bytes) const;
  void take_handshake(Side& side, View bytes);
  void message(Side& side, std::uint8_t type, View body);
};

void TlsOpener::Inside::stop(Side& side, std::string why) {
  side.stopped = true;
  side.buffer = {};
  side.handshake = {};
  if (problem.empty()) problem = std::move(why);
}

void TlsOpener::Inside::fail(Side& side, std::string why) {
  failed = true;
  stop(side, std::move(why));
}

// One direction may wait for the other's hello, so both go on until neither can.
void TlsOpener::Inside::advance() {
  std::size_t before = 0;
  if (!client.stopped && !host.stopped) secret_missing = false;
  do {
    before = client.buffer.size() + host.buffer.size();
    read(client);
    read(host);
  } while (client.buffer.size() + host.buffer.size() < before);
  for (Side* side : {&client, &host}) {
    if (side->buffer.size() <= most_waiting) continue;
    if (secret_missing) {
      stop(*side, "no secrets in the key log before 64 KiB had to wait for them");
    } else {
      fail(*side, fmt::format("the other side's hello is missing before what the {} says", side->name));
    }
  }
}

// Takes whole records as long as they can be read.
void TlsOpener::Inside::read(Side& side) {
  std::size_t taken = 0;
  while (!side.stopped && side.buffer.size() - taken >= record_header_size) {
    Reader r(View(side.buffer).subspan(taken));
    const std::uint8_t type = r.u8("ContentType");
    const std::uint16_t version = r.u16be("ProtocolVersion");
    const std::size_t length = r.u16be("length");
    if (type < tls_change_cipher_spec || heartbeat < type || version >> 8 != 3 || largest_fragment < length) {
      return fail(side, fmt::format("what the {} says is no TLS record", side.name));
    }
    if (!side.begun && type != tls_handshake && type != tls_alert) {
      return fail(side, fmt::format("the beginning of what the {} said is missing", side.name));
    }
    side.begun = true;
    if (r.left() < length || !record(side, type, r.bytes(length, "fragment"))) break;
    taken += record_header_size + length;
  }
  if (side.stopped) return;  // its buffer is gone
  side.buffer.erase(side.buffer.begin(), side.buffer.begin() + static_cast<std::ptrdiff_t>(taken));
}

bool TlsOpener::Inside::record(Side& side, std::uint8_t type, View fragment) {
  if (side.keys && (!tls13() || type == tls_application_data)) return sealed_record(side, type, fragment);
  if (type == tls_alert || (type == tls_handshake && !side.keys)) {
    content(side, type, fragment);
    return !side.stopped;
  }
  if (!choice) return false;
  if (tls13()) {
    // RFC 8446 D.4: ChangeCipherSpec means nothing there, and nor does anything else that is not sealed.
    if (type != tls_application_data) return true;
    return has_tls13_keys(side) && sealed_record(side, type, fragment);
  }
  if (type == tls_change_cipher_spec) return change_cipher(side);
  fail(side, fmt::format("the {} says encrypted things before its ChangeCipherSpec", side.name));
  return false;
}

bool TlsOpener::Inside::sealed_record(Side& side, std::uint8_t type, View fragment) {
  const auto plain = side.keys->open(type, fragment);
  if (plain) {
    content(side, plain->type, plain->content);
  } else {
    fail(side, fmt::format("a record of the {} does not authenticate with the key log's secrets", side.name));
  }
  return !side.stopped;
}

const TlsSuite* TlsOpener::Inside::suite(Side& side) {
  const TlsSuite* found = find_tls_suite(choice->cipher_suite);
  const bool version_known = 0x0301 <= choice->version && choice->version <= 0x0304;
  if (found && version_known && choice->compression == 0) return found;
  if (!version_known) {
    fail(side, fmt::format("{} is not opened", tls_version_name(choice->version)));
  } else if (!found) {
    fail(side, fmt::format("cipher suite 0x{:04X} is not opened", choice->cipher_suite));
  } else {
    fail(side, "compressed TLS is not opened");
  }
  return nullptr;
}

const Bytes* TlsOpener::Inside::secret(std::string_view label) {
  const Bytes* found = secrets.find(client_random, label);
  if (!found) secret_missing = true;
  return found;
}

bool TlsOpener::Inside::has_tls13_keys(Side& side) {
  if (choice->hello_retry_request) return false;  // the real ServerHello is still to come
  const TlsSuite* of_choice = suite(side);
  if (!of_choice) return false;
  const Bytes* found = secret(
      fmt::format("{}_{}", side.label, side.finished ? "TRAFFIC_SECRET_0" : "HANDSHAKE_TRAFFIC_SECRET"));
  if (!found) return false;
  side.keys = TlsRecordKeys::tls13(*of_choice, *found);
  if (!side.keys) fail(side, "a secret in the key log has the wrong size");
  return side.keys.has_value();
}

// RFC 5246 6.3: the key block, of which each direction takes its part.
bool TlsOpener::Inside::change_cipher(Side& side) {
  const TlsSuite* of_choice = suite(side);
  const Bytes* master = of_choice ? secret("CLIENT_RANDOM") : nullptr;
  if (!master) return false;
  const TlsKeySizes sizes = key_sizes(*of_choice, choice->version);
  Bytes seed = choice->random;
  seed.insert(seed.end(), client_random.begin(), client_random.end());
  const Bytes block = tls_prf(choice->version, of_choice->prf, *master, "key expansion", seed,
                              2 * (sizes.mac_key + sizes.key + sizes.iv));
  Reader r(block);
  const std::size_t which = &side == &client ? 0 : 1;
  auto part = [&](std::size_t size, std::string_view field) {
    const View both = r.bytes(2 * size, field);
    return both.empty() ? View{} : both.subspan(which * size, size);
  };
  const View mac_key = part(sizes.mac_key, "mac_key");
  const View key = part(sizes.key, "key");
  const View iv = part(sizes.iv, "iv");
  if (!r.ok() || master->size() != master_secret_size) {
    fail(side, "a secret in the key log has the wrong size");
    return false;
  }
  using enum TlsRecordKeys::Mac;
  side.keys = TlsRecordKeys::tls12(*of_choice, choice->version, {mac_key, key, iv},
                                   choice->encrypt_then_mac ? after_encrypting : before_encrypting);
  return true;
}

void TlsOpener::Inside::content(Side& side, std::uint8_t type, View bytes) {
  switch (type) {
    case tls_application_data: side.plain.insert(side.plain.end(), bytes.begin(), bytes.end()); break;
    case tls_alert: take_alert(side, bytes); break;
    case tls_handshake: take_handshake(side, bytes); break;
    case tls_change_cipher_spec:  // inside sealed records: a renegotiation
      if (!tls13() && !change_cipher(side) && !side.stopped) {
        fail(side, "the secret of a renegotiation is not in the key log");
      }
      break;
    default: break;
  }
}

void TlsOpener::Inside::take_alert(Side& side, View bytes) const {
  if (bytes.size() != 2) return;
  const TlsAlert seen{bytes[0], bytes[1]};
  if (seen.level < fatal && seen.description == close_notify) return;
  if (!side.alert || (side.alert->level < fatal && seen.level >= fatal)) side.alert = seen;
}

void TlsOpener::Inside::take_handshake(Side& side, View bytes) {
  side.handshake.insert(side.handshake.end(), bytes.begin(), bytes.end());
  std::size_t taken = 0;
  while (!side.stopped && side.handshake.size() - taken >= message_header_size) {
    Reader r(View(side.handshake).subspan(taken));
    const std::uint8_t type = r.u8("msg_type");
    const std::size_t length = r.u24be("length");
    if (largest_message < length)
      return fail(side, fmt::format("a handshake message of the {} is too large", side.name));
    if (r.left() < length) break;
    message(side, type, r.bytes(length, "body"));
    taken += message_header_size + length;
  }
  if (side.stopped) return;
  side.handshake.erase(side.handshake.begin(), side.handshake.begin() + static_cast<std::ptrdiff_t>(taken));
}

void TlsOpener::Inside::message(Side& side, std::uint8_t type, View body) {
  const bool from_client = &side == &client;
  if (type == type_client_hello && from_client) {
    auto random = client_random_of(body);
    if (!random) return fail(side, "the ClientHello is broken: " + to_text(random.error()));
    client_random = std::move(*random);
  } else if (type == type_server_hello && !from_client) {
    auto made = read_server_choice(body);
    if (!made) return fail(side, "the ServerHello is broken: " + to_text(made.error()));
    choice = std::move(*made);
  } else if (tls13() && side.keys) {
    if (type == type_certificate && !from_client && certificates.empty()) {
      if (auto chain = read_tls13_certificates(body)) certificates = std::move(*chain);
    } else if (type == type_finished && !side.finished) {
      side.finished = true;
      side.keys.reset();
    } else if (type == type_key_update) {
      side.keys->update();
    }
  }
}

TlsOpener::TlsOpener(const TlsKeyLog& secrets)
    : inside_(std::make_unique<Inside>(Inside{.secrets = secrets})) {}
TlsOpener::TlsOpener(TlsOpener&&) noexcept = default;
TlsOpener& TlsOpener::operator=(TlsOpener&&) noexcept = default;
TlsOpener::~TlsOpener() = default;

void TlsOpener::feed(From who, View bytes) {
  Inside::Side& side = inside_->of(who);
  if (side.stopped) return;
  side.buffer.insert(side.buffer.end(), bytes.begin(), bytes.end());
  inside_->advance();
}

void TlsOpener::lost(From who) {
  Inside::Side& side = inside_->of(who);
  if (!side.stopped) inside_->fail(side, fmt::format("bytes of the {} are missing", side.name));
}

Bytes TlsOpener::take(From who) {
  inside_->advance();  // the key log may have grown
  return std::exchange(inside_->of(who).plain, {});
}

TlsOpener::State TlsOpener::state() const {
  if (inside_->failed) return State::failed;
  if (inside_->secret_missing) return State::no_secret;
  const auto begun = [](const Inside::Side& side) { return side.keys || side.finished; };
  return begun(inside_->client) || begun(inside_->host) ? State::open : State::waiting;
}

const std::string& TlsOpener::problem() const {
  return inside_->problem;
}

const std::vector<Bytes>& TlsOpener::certificates() const {
  return inside_->certificates;
}

std::optional<std::uint8_t> TlsOpener::alert(From who) const {
  const auto& seen = std::as_const(*inside_).of(who).alert;
  return seen ? std::optional(seen->description) : std::nullopt;
}

}  // namespace rdpdoctor::wire
