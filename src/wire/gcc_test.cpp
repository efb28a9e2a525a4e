#include "wire/gcc.h"

#include <doctest/doctest.h>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;

namespace {

ClientData client_data() {
  ClientData data;
  data.core = ClientCoreData{.version = 0x00080004,
                             .desktop_width = 1920,
                             .desktop_height = 1080,
                             .keyboard_layout = 0x407,
                             .client_build = 26100,
                             .client_name = "WS-042",
                             .high_color_depth = 24,
                             .early_capability_flags = 0x63f,
                             .client_dig_product_id = "3c571ed0-3415-474b",
                             .server_selected_protocol = 8};
  data.encryption_methods = 0x1b;
  data.cluster_flags = 0x15;
  data.redirected_session_id = 7;
  data.channels = {"rdpdr", "rdpsnd", "cliprdr"};
  return data;
}

ServerData server_data() {
  ServerData data;
  data.result = 2;
  data.version = 0x00080004;
  data.client_requested_protocols = 0xb;
  data.encryption_method = 2;
  data.encryption_level = 3;
  data.certificate = "X.509";
  data.io_channel = 1003;
  data.channel_ids = {1004, 1005, 1006};
  data.message_channel = 1008;
  return data;
}

bool same(const ClientData& a, const ClientData& b) {
  return a.core == b.core && a.encryption_methods == b.encryption_methods &&
         a.cluster_flags == b.cluster_flags && a.redirected_session_id == b.redirected_session_id &&
         a.channels == b.channels && !a.problem && !b.problem;
}

bool same(const ServerData& a, const ServerData& b) {
  return a.result == b.result && a.version == b.version &&
         a.client_requested_protocols == b.client_requested_protocols &&
         a.encryption_method == b.encryption_method && a.encryption_level == b.encryption_level &&
         a.certificate == b.certificate && a.io_channel == b.io_channel && a.channel_ids == b.channel_ids &&
         a.message_channel == b.message_channel && !a.problem && !b.problem;
}

}  // namespace

TEST_CASE("what client and host say of themselves is what was encoded") {
  const auto client = decode_conference_create_request(encode_conference_create_request(client_data()));
  REQUIRE(client.has_value());
  CHECK(same(*client, client_data()));
  const auto server = decode_conference_create_response(encode_conference_create_response(server_data()));
  REQUIRE(server.has_value());
  CHECK(same(*server, server_data()));
}

TEST_CASE("the core data of an old client ends earlier") {
  ClientData data;
  data.core = ClientCoreData{
      .version = 0x00080001, .desktop_width = 800, .desktop_height = 600, .client_build = 2195};
  auto decoded = decode_conference_create_request(encode_conference_create_request(data));
  REQUIRE(decoded.has_value());
  CHECK(same(*decoded, data));
  data.core->high_color_depth = 15;
  decoded = decode_conference_create_request(encode_conference_create_request(data));
  REQUIRE(decoded.has_value());
  CHECK(same(*decoded, data));
}

TEST_CASE("a host without encryption sends neither random nor certificate") {
  ServerData data;
  data.encryption_method = 0;
  data.encryption_level = 0;
  const auto decoded = decode_conference_create_response(encode_conference_create_response(data));
  REQUIRE(decoded.has_value());
  CHECK(same(*decoded, data));
}

TEST_CASE("a name is printable and ends at its first NUL") {
  ClientData data = client_data();
  data.core->client_name = "a\x1b[1mb";
  auto decoded = decode_conference_create_request(encode_conference_create_request(data));
  CHECK(decoded.value().core.value().client_name == "a\\x1b[1mb");
  data.core->client_name = "a-name-that-is-longer-than-fits";
  decoded = decode_conference_create_request(encode_conference_create_request(data));
  CHECK(decoded.value().core.value().client_name == "a-name-that-is-");
}

TEST_CASE("of a truncated conference either nothing is told, or what stood before the end") {
  const Bytes request = encode_conference_create_request(client_data());
  const Bytes response = encode_conference_create_response(server_data());
  for (std::size_t size = 0; size < request.size(); ++size) {
    CHECK_FALSE(decode_conference_create_request(View(request).first(size)).has_value());
  }
  for (std::size_t size = 0; size < response.size(); ++size) {
    CHECK_FALSE(decode_conference_create_response(View(response).first(size)).has_value());
  }
  CHECK_FALSE(decode_conference_create_request(response).has_value());
  CHECK_FALSE(decode_conference_create_response(request).has_value());
}

TEST_CASE("a broken block is noted, and the others are read") {
  ClientData data = client_data();
  Bytes bytes = encode_conference_create_request(data);
  // The last block is the channels': 4 + 4 + 3 * 12 bytes; its channelCount is made a lie.
  bytes[bytes.size() - 40] = 200;
  auto decoded = decode_conference_create_request(bytes);
  REQUIRE(decoded.has_value());
  CHECK(decoded->core == data.core);
  CHECK(decoded->channels.size() == 3);
  REQUIRE(decoded->problem.has_value());
  CHECK(decoded->problem->field == "channelDef.name");

  bytes[bytes.size() - 42] = 0xff;  // and the length of the block itself
  decoded = decode_conference_create_request(bytes);
  REQUIRE(decoded.has_value());
  CHECK(decoded->core == data.core);
  CHECK(decoded->channels.empty());
  REQUIRE(decoded->problem.has_value());
  CHECK(decoded->problem->field == "TS_UD_HEADER.length");
}
