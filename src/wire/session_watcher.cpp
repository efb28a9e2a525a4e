#include "wire/session_watcher.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "wire/gcc.h"
#include "wire/licensing.h"
#include "wire/mcs.h"
#include "wire/session_frame.h"
#include "wire/session_words.h"
#include "wire/share.h"
#include "wire/tpkt.h"
#include "wire/x224.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::size_t most_lines = 200;
constexpr std::uint16_t usual_io_channel = 1003;
constexpr std::size_t early_authorization_size = 4;

constexpr std::uint8_t x224_data = 0xf0;                // X.224 13.7
constexpr std::uint8_t x224_disconnect_request = 0x80;  // X.224 13.5

constexpr std::uint32_t logon_info_extended = 3;  // infoType of Save Session Info

std::string target_of(const ServerRedirection& redirection) {
  for (const std::string* target :
       {&redirection.target_net_address, &redirection.target_fqdn, &redirection.target_net_bios_name}) {
    if (!target->empty()) return *target;
  }
  return redirection.load_balance_info;
}

}  // namespace

struct SessionWatcher::Inside {
  struct Side {
    std::string_view name;
    Bytes buffer{};
    bool broken = false;
    bool fast_path_told = false;
  };

  bool names = false;
  bool authorization_first = false;  // the host's first bytes are the Early User Authorization Result
  SessionSeen seen{};
  Side client{.name = "client"};
  Side host{.name = "host"};
  std::uint16_t io_channel = usual_io_channel;
  std::optional<std::uint16_t> message_channel{};
  std::vector<std::uint16_t> channel_ids{};

  Side& of(From who) { return who == From::client ? client : host; }
  void note(const DecodeError& problem) {
    if (!seen.problem) seen.problem = problem;
  }
  // A line for `pdus`, which is made only when they are wanted.
  template <class Words>
  void say(Words words) {
    if (names && seen.pdus.size() < most_lines) seen.pdus.push_back(words());
  }
  template <class Words>
  void say_once(Words words) {
    if (!names || seen.pdus.size() == most_lines) return;
    std::string line = words();
    if (std::ranges::find(seen.pdus, line) == seen.pdus.end()) seen.pdus.push_back(std::move(line));
  }
  // What was decoded, or nothing and a note.
  template <class T>
  std::optional<T> kept(Decoded<T> decoded) {
    if (decoded) return std::move(*decoded);
    note(decoded.error());
    return std::nullopt;
  }

  [[nodiscard]] std::size_t early_authorization(View stream);
  [[nodiscard]] SessionFrame frame_at(From who, View stream) const;
  void read(From who);
  void fast_path(From who, std::uint8_t header);
  void x224(From who, View payload);
  void connect_initial(View data);
  void connect_response(View data);
  void domain_pdu(From who, View data);
  void send_data(From who, const McsDomainPdu& pdu);
  void security(From who, View data);
  void share(From who, View data);
  void share_data(From who, View body);
  void set_error_info(View body);
  void save_session_info(View body);
  void redirection(View data);
  void licensing(View data);
};

// Bytes it takes. A host that does not send it, though it chose HYBRID_EX, begins with a TPKT.
std::size_t SessionWatcher::Inside::early_authorization(View stream) {
  if (!authorization_first || stream.size() < early_authorization_size) return 0;
  authorization_first = false;
  Reader r(stream);
  const bool is_tpkt = stream[0] == tpkt_version && stream[1] == 0 && (stream[2] | stream[3]) != 0;
  if (is_tpkt) return 0;
  seen.early_authorization = r.u32le("authorizationResult");
  say([&] {
    return fmt::format("Early User Authorization Result: authorizationResult={}", *seen.early_authorization);
  });
  return early_authorization_size;
}

SessionFrame SessionWatcher::Inside::frame_at(From who, View stream) const {
  const SessionFrame frame = session_frame(stream);
  const bool may_be_fast = who == From::client ? seen.connect_initial : seen.connect_response;
  const bool fast =
      frame.kind == SessionFrame::Kind::fast_path || (!stream.empty() && stream[0] != tpkt_version);
  return fast && !may_be_fast ? SessionFrame{SessionFrame::Kind::broken, 0} : frame;
}

void SessionWatcher::Inside::read(From who) {
  Side& side = of(who);
  std::size_t taken = who == From::host ? early_authorization(side.buffer) : 0;
  if (who == From::host && authorization_first) return;
  while (true) {
    const View rest = View(side.buffer).subspan(taken);
    const SessionFrame frame = frame_at(who, rest);
    if (frame.kind == SessionFrame::Kind::incomplete) break;
    if (frame.kind == SessionFrame::Kind::broken) {
      note({"tpktHeader", taken, "neither TPKT nor fast-path"});
      side.broken = true;
      side.buffer = {};
      return;
    }
    if (frame.kind == SessionFrame::Kind::tpkt) {
      x224(who, rest.first(frame.size).subspan(tpkt_header_size));
    } else {
      fast_path(who, rest[0]);
    }
    taken += frame.size;
  }
  side.buffer.erase(side.buffer.begin(), side.buffer.begin() + static_cast<std::ptrdiff_t>(taken));
}

void SessionWatcher::Inside::fast_path(From who, std::uint8_t header) {
  if (header & fast_path_encrypted) seen.encrypted = true;
  if (who == From::host) seen.active = true;
  if (std::exchange(of(who).fast_path_told, true)) return;
  say([&] { return who == From::host ? "fast-path output" : "fast-path input"; });
}

void SessionWatcher::Inside::x224(From who, View payload) {
  Reader r(payload);
  const std::size_t length_indicator = r.u8("x224.LI");
  Reader header = r.sub(length_indicator, "x224.LI");
  const std::uint8_t code = header.u8("x224.code");
  r.absorb(header);
  if (r.error()) return note(*r.error());
  if ((code & 0xf0) == x224_disconnect_request) {
    return say([&] { return fmt::format("X.224 Disconnect Request by {}", of(who).name); });
  }
  if ((code & 0xf0) != x224_data) return;  // the negotiation, which others read
  const View data = r.rest();
  switch (mcs_pdu(data)) {
    case McsPdu::connect_initial:
      if (who == From::client) connect_initial(data);
      break;
    case McsPdu::connect_response:
      if (who == From::host) connect_response(data);
      break;
    case McsPdu::domain: domain_pdu(who, data); break;
  }
}

void SessionWatcher::Inside::connect_initial(View data) {
  seen.connect_initial = true;
  const auto initial = kept(decode_connect_initial(data));
  const auto client_data =
      initial ? kept(decode_conference_create_request(initial->user_data)) : std::nullopt;
  if (!client_data) return;
  if (client_data->problem) note(*client_data->problem);
  if (const auto& core = client_data->core) {
    seen.client_name = core->client_name;
    seen.client_build = core->client_build;
    seen.client_product_id = core->client_dig_product_id;
    seen.keyboard_layout = core->keyboard_layout;
    seen.desktop_width = core->desktop_width;
    seen.desktop_height = core->desktop_height;
    seen.high_color_depth = core->high_color_depth;
  }
  seen.channels = client_data->channels;
  say([&] { return words_of(*client_data); });
}

void SessionWatcher::Inside::connect_response(View data) {
  seen.connect_response = true;
  const auto response = kept(decode_connect_response(data));
  if (!response) return;
  seen.mcs_result = response->result;
  if (response->user_data.empty()) {  // a refusal
    return say([&] { return fmt::format("MCS Connect Response: result={}", response->result); });
  }
  const auto server_data = kept(decode_conference_create_response(response->user_data));
  if (!server_data) return;
  if (server_data->problem) note(*server_data->problem);
  seen.gcc_result = server_data->result;
  seen.encryption_method = server_data->encryption_method;
  seen.encryption_level = server_data->encryption_level;
  seen.certificate = server_data->certificate;
  io_channel = server_data->io_channel.value_or(usual_io_channel);
  message_channel = server_data->message_channel;
  channel_ids = server_data->channel_ids;
  say([&] { return words_of(response->result, *server_data); });
}

void SessionWatcher::Inside::domain_pdu(From who, View data) {
  const auto pdu = kept(decode_mcs_domain_pdu(data));
  if (!pdu) return;
  switch (pdu->choice) {
    case McsChoice::disconnect_provider_ultimatum:
      if (!seen.mcs_reason) {
        seen.mcs_reason = pdu->reason;
        seen.mcs_ended_by_client = who == From::client;
      }
      say([&] {
        return fmt::format("MCS Disconnect Provider Ultimatum by {}: reason={}", of(who).name, pdu->reason);
      });
      break;
    case McsChoice::send_data_request:
    case McsChoice::send_data_indication: send_data(who, *pdu); break;
    default: say([&] { return words_of(*pdu); });
  }
}

void SessionWatcher::Inside::send_data(From who, const McsDomainPdu& pdu) {
  if (pdu.channel == io_channel) {
    // With RDP security every PDU has a security header, without it (TLS) only those before the session is
    // active.
    const bool always_header =
        seen.encryption_method.value_or(0) != 0 || seen.encryption_level.value_or(0) != 0;
    return !always_header && begins_as_share_control(pdu.user_data) ? share(who, pdu.user_data)
                                                                    : security(who, pdu.user_data);
  }
  if (pdu.channel == message_channel) return security(who, pdu.user_data);
  say_once([&] {
    const auto at =
        static_cast<std::size_t>(std::ranges::find(channel_ids, pdu.channel) - channel_ids.begin());
    const bool known = at < channel_ids.size() && at < seen.channels.size();
    return fmt::format("data on channel {}{}", pdu.channel, known ? " (" + seen.channels[at] + ")" : "");
  });
}

void SessionWatcher::Inside::security(From who, View data) {
  Reader r(data);
  const std::uint16_t flags = r.u16le("securityHeader.flags");
  r.u16le("securityHeader.flagsHi");
  if (r.error()) return note(*r.error());
  if (flags & SEC_ENCRYPT) {
    seen.encrypted = true;
    return say_once([&] { return fmt::format("encrypted by RDP security, from the {}", of(who).name); });
  }
  const View body = r.rest();
  if (flags & SEC_LICENSE_PKT) return licensing(body);
  if (flags & SEC_REDIRECTION_PKT) return redirection(body);
  // At encryption level low what the host says has the header and is in the clear.
  if (begins_as_share_control(body)) return share(who, body);
  say_once([&] { return security_name(flags); });
}

void SessionWatcher::Inside::share(From who, View data) {
  while (!data.empty()) {
    const auto control = kept(decode_share_control(data));
    if (!control) return;
    data = data.subspan(control->size);
    switch (control->type) {
      case PDUTYPE_DEMANDACTIVEPDU:
      case PDUTYPE_CONFIRMACTIVEPDU:
        seen.active = true;
        say([&] { return control->type == PDUTYPE_DEMANDACTIVEPDU ? "Demand Active" : "Confirm Active"; });
        break;
      case PDUTYPE_DEACTIVATEALLPDU: say([] { return "Deactivate All"; }); break;
      case PDUTYPE_DATAPDU: share_data(who, control->body); break;
      case PDUTYPE_SERVER_REDIR_PKT:  // two bytes of padding first, 2.2.13.3.1
        redirection(control->body.subspan(std::min<std::size_t>(2, control->body.size())));
        break;
      default: say_once([&] { return fmt::format("share control PDU {}", control->type); });
    }
  }
}

void SessionWatcher::Inside::share_data(From who, View body) {
  const auto data = kept(decode_share_data(body));
  if (!data) return;
  const bool readable = !data->compressed && who == From::host;
  if (readable && data->type2 == PDUTYPE2_SET_ERROR_INFO_PDU) return set_error_info(data->body);
  if (readable && data->type2 == PDUTYPE2_SAVE_SESSION_INFO) return save_session_info(data->body);
  say_once([&] { return words_of(*data); });
}

void SessionWatcher::Inside::set_error_info(View body) {
  const auto error_info = kept(decode_set_error_info(body));
  if (!error_info) return;
  if (*error_info != 0) seen.error_info = error_info;
  say([&] { return fmt::format("Set Error Info: errorInfo=0x{:08X}", *error_info); });
}

void SessionWatcher::Inside::save_session_info(View body) {
  const auto info = kept(decode_save_session_info(body));
  if (!info) return;
  if (info->logon_error_type) {
    seen.logon_error_type = info->logon_error_type;
    seen.logon_error_data = info->logon_error_data;
    return say([&] {
      return fmt::format("Save Session Info: ErrorNotificationType=0x{:08X} ErrorNotificationData=0x{:08X}",
                         *info->logon_error_type, *info->logon_error_data);
    });
  }
  if (info->info_type <= logon_info_extended) seen.logon_seen = true;
  say([&] { return fmt::format("Save Session Info: infoType={}", info->info_type); });
}

void SessionWatcher::Inside::redirection(View data) {
  const auto found = kept(decode_server_redirection(data));
  if (!found) return;
  seen.redirected_to = target_of(*found);
  say([&] {
    return fmt::format("Server Redirection: SessionID={} RedirFlags=0x{:X} target={}", found->session_id,
                       found->redir_flags, seen.redirected_to);
  });
}

void SessionWatcher::Inside::licensing(View data) {
  const auto pdu = kept(decode_licensing(data));
  if (!pdu) return;
  // An error stays, whatever polite end follows it.
  if (pdu->error_code && seen.licensing_error.value_or(STATUS_VALID_CLIENT) == STATUS_VALID_CLIENT) {
    seen.licensing_error = pdu->error_code;
  }
  say([&] { return words_of(*pdu); });
}

SessionWatcher::SessionWatcher(std::uint32_t selected, bool names)
    : inside_(std::make_unique<Inside>(
          Inside{.names = names, .authorization_first = selected == PROTOCOL_HYBRID_EX})) {}
SessionWatcher::SessionWatcher(SessionWatcher&&) noexcept = default;
SessionWatcher& SessionWatcher::operator=(SessionWatcher&&) noexcept = default;
SessionWatcher::~SessionWatcher() = default;

void SessionWatcher::feed(From who, View plain) {
  Inside::Side& side = inside_->of(who);
  if (side.broken) return;
  side.buffer.insert(side.buffer.end(), plain.begin(), plain.end());
  inside_->read(who);
}

const SessionSeen& SessionWatcher::seen() const {
  return inside_->seen;
}

}  // namespace rdpdoctor::wire
