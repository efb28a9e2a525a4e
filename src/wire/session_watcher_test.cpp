#include "wire/session_watcher.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "wire/gcc.h"
#include "wire/licensing.h"
#include "wire/mcs.h"
#include "wire/session_frame.h"
#include "wire/share.h"
#include "wire/tpkt.h"
#include "wire/x224.h"

using namespace rdpdoctor;
using namespace rdpdoctor::wire;
using From = SessionWatcher::From;

namespace {

constexpr std::uint16_t io = 1003;
constexpr std::uint16_t message_channel = 1009;

struct Said {
  From who = From::client;
  Bytes bytes;
};

Bytes joined(View a, View b) {
  Bytes out(a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

Bytes data_tpdu(View mcs) {
  return tpkt(joined(Bytes{0x02, 0xf0, 0x80}, mcs));
}

Said client_says(View user_data, std::uint16_t channel = io) {
  return {From::client, data_tpdu(encode(McsDomainPdu{.choice = McsChoice::send_data_request,
                                                      .initiator = 1007,
                                                      .channel = channel,
                                                      .user_data = user_data}))};
}
Said host_says(View user_data, std::uint16_t channel = io) {
  return {From::host, data_tpdu(encode(McsDomainPdu{.choice = McsChoice::send_data_indication,
                                                    .initiator = 1002,
                                                    .channel = channel,
                                                    .user_data = user_data}))};
}

Said connect_initial() {
  ClientData data;
  data.core = ClientCoreData{.version = 0x00080004,
                             .desktop_width = 1280,
                             .desktop_height = 1024,
                             .keyboard_layout = 0x409,
                             .client_build = 19041,
                             .client_name = "LAPTOP-7",
                             .high_color_depth = 24,
                             .client_dig_product_id = "55274-OEM"};
  data.channels = {"rdpdr", "cliprdr"};
  return {From::client, data_tpdu(encode(McsConnectInitial{encode_conference_create_request(data)}))};
}

Said connect_response(std::uint32_t method, std::uint32_t level) {
  ServerData data;
  data.version = 0x00080004;
  data.io_channel = io;
  data.channel_ids = {1004, 1005};
  data.message_channel = message_channel;
  data.encryption_method = method;
  data.encryption_level = level;
  data.certificate = method == 0 ? "" : "RSA";
  return {From::host, data_tpdu(encode(McsConnectResponse{0, encode_conference_create_response(data)}))};
}

Said ultimatum(From who, std::uint8_t reason) {
  return {
      who,
      data_tpdu(encode(McsDomainPdu{.choice = McsChoice::disconnect_provider_ultimatum, .reason = reason}))};
}

Bytes licence_error(std::uint32_t code) {
  return joined(encode_security_header(SEC_LICENSE_PKT),
                encode(LicensingPdu{.type = ERROR_ALERT, .error_code = code, .state_transition = 2}));
}

Bytes error_info(std::uint32_t code) {
  return encode_share_data(PDUTYPE2_SET_ERROR_INFO_PDU, 0x103ea, encode_set_error_info(code));
}

SessionSeen watch(const std::vector<Said>& all, std::uint32_t selected = PROTOCOL_SSL,
                  std::size_t piece = 100000) {
  SessionWatcher watcher(selected, true);
  for (const Said& said : all) {
    for (View left = said.bytes; !left.empty();) {
      const View now = left.first(std::min(piece, left.size()));
      left = left.subspan(now.size());
      watcher.feed(said.who, now);
    }
  }
  return watcher.seen();
}

std::vector<Said> up_to_licensing() {
  const Bytes info = joined(encode_security_header(SEC_INFO_PKT), Bytes(200, 0x70));
  return {connect_initial(), connect_response(0, 0), client_says(info),
          host_says(licence_error(STATUS_VALID_CLIENT))};
}

std::vector<Said> with(std::vector<Said> all, std::vector<Said> more) {
  for (Said& said : more) all.push_back(std::move(said));
  return all;
}

bool told(const SessionSeen& seen, std::string_view line) {
  return std::ranges::find(seen.pdus, line) != seen.pdus.end();
}

}  // namespace

TEST_CASE("client and host are told, at once or byte by byte") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100000}}) {
    const SessionSeen seen = watch(up_to_licensing(), PROTOCOL_SSL, piece);
    CHECK_FALSE(seen.problem.has_value());
    CHECK(seen.connect_initial);
    CHECK(seen.connect_response);
    CHECK(seen.client_name == "LAPTOP-7");
    CHECK(seen.client_build == 19041);
    CHECK(seen.client_product_id == "55274-OEM");
    CHECK(seen.keyboard_layout == 0x409);
    CHECK(seen.desktop_width == 1280);
    CHECK(seen.desktop_height == 1024);
    CHECK(seen.high_color_depth == 24);
    CHECK(seen.channels == std::vector<std::string>{"rdpdr", "cliprdr"});
    CHECK(seen.encryption_method == 0);
    CHECK(seen.encryption_level == 0);
    CHECK(seen.certificate.empty());
    CHECK(seen.mcs_result == 0);
    CHECK(seen.gcc_result == 0);
    CHECK(seen.licensing_error == STATUS_VALID_CLIENT);
    CHECK_FALSE(seen.active);
    CHECK_FALSE(seen.encrypted);
    CHECK_FALSE(seen.mcs_reason.has_value());
    REQUIRE(seen.pdus.size() == 4);
    CHECK(seen.pdus[2] == "Client Info");
    CHECK(seen.pdus[3] == "License Error Message: dwErrorCode=0x00000007 dwStateTransition=2");
  }
}

TEST_CASE("a refusal in the Connect Response is told") {
  const SessionSeen seen =
      watch({connect_initial(), {From::host, data_tpdu(encode(McsConnectResponse{.result = 14}))}});
  CHECK(seen.connect_response);
  CHECK(seen.mcs_result == 14);
  CHECK_FALSE(seen.gcc_result.has_value());
  CHECK_FALSE(seen.problem.has_value());
}

TEST_CASE("Set Error Info is told before the session is active and after, and the last but 0 stays") {
  auto all = with(up_to_licensing(),
                  {host_says(error_info(0x100c)), host_says(error_info(0)), ultimatum(From::host, 1)});
  SessionSeen seen = watch(all);
  CHECK(seen.error_info == 0x100c);
  CHECK_FALSE(seen.active);
  CHECK(seen.mcs_reason == 1);
  CHECK_FALSE(seen.mcs_ended_by_client);
  all = with(up_to_licensing(), {host_says(encode_share_control(PDUTYPE_DEMANDACTIVEPDU, 0x3ea, Bytes(20))),
                                 host_says(error_info(5)), host_says(error_info(0xb))});
  seen = watch(all);
  CHECK(seen.active);
  CHECK(seen.error_info == 0xb);
}

TEST_CASE("who ended the connection by MCS is told, and only the first end counts") {
  const SessionSeen seen =
      watch(with(up_to_licensing(), {ultimatum(From::client, 3), ultimatum(From::host, 1)}));
  CHECK(seen.mcs_reason == 3);
  CHECK(seen.mcs_ended_by_client);
}

TEST_CASE("several share PDUs in one MCS PDU are all read") {
  const Bytes logon = encode_share_data(
      PDUTYPE2_SAVE_SESSION_INFO, 0x103ea,
      encode(SaveSessionInfo{.info_type = 3, .logon_error_type = 0xfffffffa, .logon_error_data = 1}));
  const SessionSeen seen = watch(with(up_to_licensing(), {host_says(joined(logon, error_info(9)))}));
  CHECK(seen.logon_error_type == 0xfffffffa);
  CHECK(seen.logon_error_data == 1);
  CHECK(seen.error_info == 9);
  CHECK_FALSE(seen.logon_seen);
}

TEST_CASE("a logon is told apart from a logon error") {
  const Bytes logon =
      encode_share_data(PDUTYPE2_SAVE_SESSION_INFO, 0x103ea, encode(SaveSessionInfo{.info_type = 1}));
  const SessionSeen seen = watch(with(up_to_licensing(), {host_says(logon)}));
  CHECK(seen.logon_seen);
  CHECK_FALSE(seen.logon_error_type.has_value());
}

TEST_CASE("what only a host may say is not believed from a client") {
  const SessionSeen seen = watch(with(up_to_licensing(), {client_says(error_info(5))}));
  CHECK_FALSE(seen.error_info.has_value());
}

TEST_CASE("a compressed PDU is named and not misread") {
  Bytes pdu = error_info(5);
  pdu[6 + 9] = 0x21;  // compressedType: PACKET_COMPRESSED
  const SessionSeen seen = watch(with(up_to_licensing(), {host_says(pdu)}));
  CHECK_FALSE(seen.error_info.has_value());
  CHECK(told(seen, "Set Error Info (compressed)"));
}

TEST_CASE("a licence refusal stays, whatever follows it") {
  const SessionSeen seen = watch({connect_initial(), connect_response(0, 0), host_says(licence_error(6)),
                                  host_says(licence_error(STATUS_VALID_CLIENT))});
  CHECK(seen.licensing_error == 6);
}

TEST_CASE("redirection is told in its enhanced form and behind a security header") {
  const ServerRedirection to{
      .session_id = 2, .redir_flags = 0x102, .load_balance_info = "tsv://x", .target_fqdn = "rdsh2.corp"};
  const Bytes enhanced = encode_share_control(PDUTYPE_SERVER_REDIR_PKT, 0x3ea, joined(Bytes(2), encode(to)));
  SessionSeen seen = watch(with(up_to_licensing(), {host_says(enhanced)}));
  CHECK(seen.redirected_to == "rdsh2.corp");
  const ServerRedirection token{.session_id = 2, .redir_flags = 0x002, .load_balance_info = "tsv://x"};
  const Bytes standard = joined(encode_security_header(SEC_REDIRECTION_PKT), encode(token));
  seen = watch({connect_initial(), connect_response(2, 1), host_says(standard)});
  CHECK(seen.redirected_to == "tsv://x");
}

TEST_CASE("after RDP security began, licensing is still read and the rest is told to be encrypted") {
  const Bytes encrypted = joined(encode_security_header(SEC_ENCRYPT | SEC_INFO_PKT), Bytes(64, 0x5a));
  const SessionSeen seen = watch({connect_initial(), connect_response(2, 3),
                                  client_says(joined(encode_security_header(SEC_EXCHANGE_PKT), Bytes(72))),
                                  client_says(encrypted), host_says(licence_error(4)), host_says(encrypted)},
                                 PROTOCOL_RDP);
  CHECK(seen.encrypted);
  CHECK(seen.certificate == "RSA");
  CHECK(seen.encryption_level == 3);
  CHECK(seen.licensing_error == 4);
  CHECK_FALSE(seen.active);
  CHECK(told(seen, "Security Exchange"));
  CHECK(told(seen, "encrypted by RDP security, from the client"));
}

TEST_CASE("at encryption level low the host speaks in the clear behind a security header") {
  const SessionSeen seen = watch({connect_initial(), connect_response(2, 1),
                                  host_says(joined(encode_security_header(0), error_info(0x10)))},
                                 PROTOCOL_RDP);
  CHECK(seen.error_info == 0x10);
  CHECK_FALSE(seen.problem.has_value());
}

TEST_CASE("HYBRID_EX begins with the Early User Authorization Result") {
  std::vector<Said> all = {{From::host, Bytes{5, 0, 0, 0}}};
  SessionSeen seen = watch(all, PROTOCOL_HYBRID_EX, 1);
  CHECK(seen.early_authorization == 5);
  all = with({{From::host, Bytes{0, 0, 0, 0}}}, up_to_licensing());
  seen = watch(all, PROTOCOL_HYBRID_EX, 1);
  CHECK(seen.early_authorization == 0);
  CHECK(seen.connect_response);
  seen = watch(up_to_licensing(), PROTOCOL_HYBRID_EX, 1);  // a host that leaves it out
  CHECK_FALSE(seen.early_authorization.has_value());
  CHECK(seen.connect_response);
  seen = watch(all, PROTOCOL_HYBRID);
  CHECK(seen.problem.has_value());
}

TEST_CASE("fast-path output means an active session; channels and messages are passed over") {
  const Bytes fast = from_hex("00 06 01020304 00 8007 05060708").value();
  const Bytes heartbeat = joined(encode_security_header(SEC_HEARTBEAT), Bytes(4));
  const SessionSeen seen = watch(with(up_to_licensing(), {host_says(Bytes(30), 1005),
                                                          host_says(heartbeat, message_channel),
                                                          {From::host, fast},
                                                          {From::client, from_hex("0404 0000").value()},
                                                          host_says(error_info(3))}),
                                 PROTOCOL_SSL, 3);
  CHECK(seen.active);
  CHECK_FALSE(seen.encrypted);
  CHECK(seen.error_info == 3);
  CHECK_FALSE(seen.problem.has_value());
  CHECK(told(seen, "data on channel 1005 (cliprdr)"));
  CHECK(told(seen, "Heartbeat"));
  CHECK(std::ranges::count(seen.pdus, "fast-path output") == 1);
}

TEST_CASE("what is no Remote Desktop ends the reading of its direction, and is told") {
  SessionSeen seen = watch({{From::host, Bytes{'H', 'T', 'T', 'P'}}});
  REQUIRE(seen.problem.has_value());
  CHECK(seen.problem->reason == "neither TPKT nor fast-path");
  CHECK_FALSE(seen.active);
  // A TSRequest's first byte looks like fast-path; before MCS there is none.
  seen = watch({{From::host, from_hex("3005 a003 020106").value()}});
  CHECK(seen.problem.has_value());
  CHECK_FALSE(seen.active);
  seen = watch(with({{From::host, Bytes{3, 0, 0, 2}}}, up_to_licensing()));
  CHECK(seen.problem.has_value());
  CHECK(seen.client_name == "LAPTOP-7");
  CHECK_FALSE(seen.connect_response);
}

TEST_CASE("an unreadable PDU is noted, and the next ones are read") {
  const SessionSeen seen =
      watch(with(up_to_licensing(), {{From::host, tpkt(Bytes{0x02, 0xf0, 0x80, 0x68, 0x00})},
                                     {From::host, tpkt(Bytes{0x09})},
                                     host_says(Bytes{1}),
                                     host_says(error_info(7))}));
  REQUIRE(seen.problem.has_value());
  CHECK(seen.error_info == 7);
}

TEST_CASE("every truncation is survived and tells no more than the whole") {
  const auto all = with(up_to_licensing(), {host_says(error_info(7)), ultimatum(From::host, 3)});
  Bytes host;
  for (const Said& said : all) {
    if (said.who == From::host) host = joined(host, said.bytes);
  }
  for (std::size_t size = 0; size < host.size(); ++size) {
    const SessionSeen seen =
        watch({all[0], {From::host, Bytes(host.begin(), host.begin() + static_cast<int>(size))}});
    CHECK_FALSE(seen.problem.has_value());
    CHECK_FALSE(seen.mcs_reason.has_value());
  }
  CHECK(watch({all[0], {From::host, host}}).mcs_reason == 3);
}

TEST_CASE("lines are made only when asked for, and at most 200") {
  std::vector<Said> all = up_to_licensing();
  for (int i = 0; i < 300; ++i) all.push_back(host_says(error_info(1)));
  CHECK(watch(all).pdus.size() == 200);
  SessionWatcher silent(PROTOCOL_SSL);
  for (const Said& said : all) silent.feed(said.who, said.bytes);
  CHECK(silent.seen().pdus.empty());
  CHECK(silent.seen().error_info == 1);
}

TEST_CASE("a frame's size is told by its header") {
  using enum SessionFrame::Kind;
  CHECK(session_frame({}).kind == incomplete);
  CHECK(session_frame(Bytes{3, 0, 0, 5, 1}).size == 5);
  CHECK(session_frame(Bytes{3, 0, 0, 6, 1}).kind == incomplete);
  CHECK(session_frame(Bytes{3, 0, 0, 3}).kind == broken);
  CHECK(session_frame(Bytes{0x40, 3, 9}).size == 3);
  CHECK(session_frame(Bytes{0, 0x80, 4, 9}).size == 4);
  CHECK(session_frame(Bytes{0, 0x80, 2, 9}).kind == broken);
  CHECK(session_frame(Bytes{0, 1}).kind == broken);
  CHECK(session_frame(Bytes{0x16, 3, 3}).kind == broken);
}
