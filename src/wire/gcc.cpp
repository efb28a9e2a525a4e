#include "wire/gcc.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/ber.h"

namespace rdpdoctor::wire {
namespace {

// TS_UD_HEADER types, [MS-RDPBCGR] 2.2.1.3.1
constexpr std::uint16_t CS_CORE = 0xc001;
constexpr std::uint16_t CS_SECURITY = 0xc002;
constexpr std::uint16_t CS_NET = 0xc003;
constexpr std::uint16_t CS_CLUSTER = 0xc004;
constexpr std::uint16_t SC_CORE = 0x0c01;
constexpr std::uint16_t SC_SECURITY = 0x0c02;
constexpr std::uint16_t SC_NET = 0x0c03;
constexpr std::uint16_t SC_MCS_MSGCHANNEL = 0x0c04;

constexpr std::size_t block_header_size = 4;
constexpr std::size_t client_name_size = 32;
constexpr std::size_t ime_file_name_size = 64;
constexpr std::size_t dig_product_id_size = 64;
constexpr std::size_t channel_name_size = 8;
constexpr std::size_t most_channels = 31;  // 2.2.1.3.4 channelCount

// dwVersion of the server certificate, 2.2.1.4.3.1
constexpr std::uint32_t CERT_CHAIN_VERSION_1 = 1;
constexpr std::uint32_t CERT_CHAIN_VERSION_2 = 2;
constexpr std::uint32_t version_bits = 0x7fffffff;

// Key: t124Identifier, object { itu-t(0) recommendation(0) t(20) t124(124) version(0) 1 }, T.124 8.7
constexpr std::array<std::uint8_t, 7> t124_key = {0x00, 0x05, 0x00, 0x14, 0x7c, 0x00, 0x01};

std::string utf16_text(View bytes) {
  const std::string text = utf16le_to_utf8(bytes);
  return printable(std::string_view(text).substr(0, text.find('\0')));
}

std::string ansi_text(View bytes) {
  return printable(bytes.first(static_cast<std::size_t>(std::ranges::find(bytes, 0) - bytes.begin())));
}

void put_utf16(Writer& out, std::string_view text, std::size_t size) {
  Bytes bytes = utf8_to_utf16le(text);
  bytes.resize(std::min(bytes.size(), size - 2));
  bytes.resize(size);
  out.bytes(bytes);
}

// Old clients end the block after any of the later fields.
template <class Value>
bool follows(Reader& r, std::size_t size, Value read) {
  if (!r.ok() || r.left() < size) return false;
  read();
  return true;
}

ClientCoreData read_core(Reader& r) {
  ClientCoreData core;
  core.version = r.u32le("version");
  core.desktop_width = r.u16le("desktopWidth");
  core.desktop_height = r.u16le("desktopHeight");
  r.u16le("colorDepth");
  r.u16le("SASSequence");
  core.keyboard_layout = r.u32le("keyboardLayout");
  core.client_build = r.u32le("clientBuild");
  core.client_name = utf16_text(r.bytes(client_name_size, "clientName"));
  r.u32le("keyboardType");
  r.u32le("keyboardSubType");
  r.u32le("keyboardFunctionKey");
  r.skip(ime_file_name_size, "imeFileName");
  follows(r, 8, [&] { r.skip(8, "postBeta2ColorDepth, clientProductId, serialNumber"); }) &&
      follows(r, 2, [&] { core.high_color_depth = r.u16le("highColorDepth"); }) &&
      follows(r, 2, [&] { r.u16le("supportedColorDepths"); }) &&
      follows(r, 2, [&] { core.early_capability_flags = r.u16le("earlyCapabilityFlags"); }) &&
      follows(r, dig_product_id_size,
              [&] {
                core.client_dig_product_id = utf16_text(r.bytes(dig_product_id_size, "clientDigProductId"));
              }) &&
      follows(r, 2, [&] { r.u16le("connectionType, pad1octet"); }) &&
      follows(r, 4, [&] { core.server_selected_protocol = r.u32le("serverSelectedProtocol"); });
  return core;
}

std::vector<std::string> read_channels(Reader& r) {
  std::vector<std::string> names;
  const std::uint32_t count = r.u32le("channelCount");
  for (std::uint32_t i = 0; i < count && r.ok(); ++i) {
    std::string name = ansi_text(r.bytes(channel_name_size, "channelDef.name"));
    r.u32le("channelDef.options");
    if (r.ok() && names.size() < most_channels) names.push_back(std::move(name));
  }
  return names;
}

void read_client_block(std::uint16_t type, Reader& r, ClientData& out) {
  switch (type) {
    case CS_CORE: {
      const ClientCoreData core = read_core(r);
      if (r.ok()) out.core = core;
      break;
    }
    case CS_SECURITY: out.encryption_methods = r.u32le("encryptionMethods"); break;
    case CS_NET: out.channels = read_channels(r); break;
    case CS_CLUSTER:
      out.cluster_flags = r.u32le("Flags");
      out.redirected_session_id = r.u32le("RedirectedSessionID");
      break;
    default: break;
  }
}

void read_server_security(Reader& r, ServerData& out) {
  out.encryption_method = r.u32le("encryptionMethod");
  out.encryption_level = r.u32le("encryptionLevel");
  if (!r.ok() || r.left() == 0) return;  // none: no random and no certificate follow
  const std::uint32_t random_size = r.u32le("serverRandomLen");
  const std::uint32_t certificate_size = r.u32le("serverCertLen");
  r.skip(random_size, "serverRandom");
  Reader certificate = r.sub(certificate_size, "serverCertificate");
  if (certificate.left() == 0) return;
  const std::uint32_t version = certificate.u32le("dwVersion") & version_bits;
  r.absorb(certificate);
  if (version == CERT_CHAIN_VERSION_1) out.certificate = "RSA";
  if (version == CERT_CHAIN_VERSION_2) out.certificate = "X.509";
}

void read_server_block(std::uint16_t type, Reader& r, ServerData& out) {
  switch (type) {
    case SC_CORE:
      out.version = r.u32le("version");
      follows(r, 4, [&] { out.client_requested_protocols = r.u32le("clientRequestedProtocols"); });
      break;
    case SC_SECURITY: read_server_security(r, out); break;
    case SC_NET: {
      out.io_channel = r.u16le("MCSChannelId");
      const std::size_t count = r.u16le("channelCount");
      while (r.ok() && out.channel_ids.size() < std::min(count, most_channels)) {
        out.channel_ids.push_back(r.u16le("channelIdArray"));
      }
      break;
    }
    case SC_MCS_MSGCHANNEL: out.message_channel = r.u16le("MCSChannelID"); break;
    default: break;
  }
}

// Blocks in any order; one that is broken is left and noted, if its length is not.
template <class Data, class Read>
void read_blocks(Reader& r, Data& out, Read read) {
  while (r.left() > 0) {
    const std::uint16_t type = r.u16le("TS_UD_HEADER.type");
    const std::size_t length = r.u16le("TS_UD_HEADER.length");
    if (length < block_header_size) r.fail("TS_UD_HEADER.length", "shorter than the header itself");
    Reader block = r.sub(length - block_header_size, "TS_UD_HEADER.length");
    if (!r.ok()) break;
    read(type, block, out);
    if (block.error() && !out.problem) out.problem = block.error();
  }
  if (r.error() && !out.problem) out.problem = r.error();
}

// Up to the set of user data that both PDUs end with: one, with an H.221 key of four bytes ("Duca", "McDn").
Reader user_data_set(Reader& r) {
  if (r.u8("numberOfSets") != 1) r.fail("numberOfSets", "not one");
  if (r.u8("userData.choice") != 0xc0) r.fail("userData.choice", "no h221NonStandard key");
  if (r.u8("h221NonStandard.length") != 0) r.fail("h221NonStandard.length", "not four bytes");
  r.skip(4, "h221NonStandard");
  return r.sub(per_length(r, "userData.length"), "userData");
}

// Up to the ConnectGCCPDU; its own length is repeated by what holds it, and some peers get it wrong.
void connect_data(Reader& r) {
  if (!std::ranges::equal(r.bytes(t124_key.size(), "t124Identifier"), t124_key)) {
    r.fail("t124Identifier", "not T.124");
  }
  (void)per_length(r, "connectPDU.length");
}

void put_block(Writer& out, std::uint16_t type, View body) {
  out.u16le(type).u16le(static_cast<std::uint16_t>(body.size() + block_header_size)).bytes(body);
}

Bytes core_block(const ClientCoreData& core) {
  Writer out;
  out.u32le(core.version).u16le(core.desktop_width).u16le(core.desktop_height).u16le(0xca01).u16le(0xaa03);
  out.u32le(core.keyboard_layout).u32le(core.client_build);
  put_utf16(out, core.client_name, client_name_size);
  out.u32le(4).u32le(0).u32le(12).bytes(Bytes(ime_file_name_size));
  const bool with_product_id = core.server_selected_protocol || !core.client_dig_product_id.empty();
  const bool with_flags = with_product_id || core.early_capability_flags;
  if (!with_flags && !core.high_color_depth) return out.take();
  out.u16le(0xca01).u16le(1).u32le(0).u16le(core.high_color_depth.value_or(0));
  if (!with_flags) return out.take();
  out.u16le(0).u16le(core.early_capability_flags.value_or(0));
  if (!with_product_id) return out.take();
  put_utf16(out, core.client_dig_product_id, dig_product_id_size);
  out.u16le(0);
  if (core.server_selected_protocol) out.u32le(*core.server_selected_protocol);
  return out.take();
}

Bytes channels_block(const std::vector<std::string>& names) {
  Writer out;
  out.u32le(static_cast<std::uint32_t>(names.size()));
  for (const std::string& name : names) {
    Bytes field(name.begin(), name.end());
    field.resize(channel_name_size);
    out.bytes(field).u32le(0x80000000);
  }
  return out.take();
}

Bytes server_security_block(const ServerData& data) {
  Writer out;
  out.u32le(data.encryption_method.value_or(0)).u32le(data.encryption_level.value_or(0));
  if (data.certificate.empty()) return out.take();
  out.u32le(32).u32le(4).bytes(Bytes(32));
  out.u32le(data.certificate == "RSA" ? CERT_CHAIN_VERSION_1 : CERT_CHAIN_VERSION_2);
  return out.take();
}

Bytes server_network_block(const ServerData& data) {
  Writer out;
  out.u16le(*data.io_channel).u16le(static_cast<std::uint16_t>(data.channel_ids.size()));
  for (const std::uint16_t id : data.channel_ids) out.u16le(id);
  if (data.channel_ids.size() % 2 != 0) out.u16le(0);
  return out.take();
}

Bytes conference(View head, std::string_view key, View blocks) {
  Writer pdu;
  pdu.bytes(head).u8(1).u8(0xc0).u8(0).text(key);
  put_per_length(pdu, blocks.size());
  pdu.bytes(blocks);
  Writer out;
  out.bytes(t124_key);
  put_per_length(out, pdu.size());
  out.bytes(pdu.view());
  return out.take();
}

}  // namespace

Decoded<ClientData> decode_conference_create_request(View user_data) {
  Reader r(user_data);
  connect_data(r);
  if ((r.u8("ConnectGCCPDU") & 0xf0) != 0) r.fail("ConnectGCCPDU", "no conferenceCreateRequest");
  r.u8("conferenceCreateRequest.options");
  r.skip((r.u8("conferenceName.length") + 2U) / 2, "conferenceName");  // one digit more than it says
  r.u8("conferenceCreateRequest.padding");
  Reader blocks = user_data_set(r);
  if (r.error()) return std::unexpected(*r.error());
  ClientData data;
  read_blocks(blocks, data, read_client_block);
  return data;
}

Decoded<ServerData> decode_conference_create_response(View user_data) {
  Reader r(user_data);
  connect_data(r);
  if ((r.u8("ConnectGCCPDU") & 0xf0) != 0x10) r.fail("ConnectGCCPDU", "no conferenceCreateResponse");
  ServerData data;
  r.u16be("nodeID");
  r.skip(r.u8("tag.length"), "tag");
  data.result = r.u8("result") >> 4 & 7U;  // an extension bit, then three of the value
  Reader blocks = user_data_set(r);
  if (r.error()) return std::unexpected(*r.error());
  read_blocks(blocks, data, read_server_block);
  return data;
}

Bytes encode_conference_create_request(const ClientData& data) {
  Writer blocks;
  if (data.core) put_block(blocks, CS_CORE, core_block(*data.core));
  if (data.cluster_flags) {
    Writer cluster;
    cluster.u32le(*data.cluster_flags).u32le(data.redirected_session_id.value_or(0));
    put_block(blocks, CS_CLUSTER, cluster.view());
  }
  if (data.encryption_methods) {
    Writer security;
    security.u32le(*data.encryption_methods).u32le(0);
    put_block(blocks, CS_SECURITY, security.view());
  }
  if (!data.channels.empty()) put_block(blocks, CS_NET, channels_block(data.channels));
  return conference(Bytes{0x00, 0x08, 0x00, 0x10, 0x00}, "Duca", blocks.view());
}

Bytes encode_conference_create_response(const ServerData& data) {
  Writer blocks;
  if (data.version) {
    Writer core;
    core.u32le(*data.version);
    if (data.client_requested_protocols) core.u32le(*data.client_requested_protocols);
    put_block(blocks, SC_CORE, core.view());
  }
  if (data.io_channel) put_block(blocks, SC_NET, server_network_block(data));
  if (data.encryption_method) put_block(blocks, SC_SECURITY, server_security_block(data));
  if (data.message_channel) {
    Writer channel;
    channel.u16le(*data.message_channel);
    put_block(blocks, SC_MCS_MSGCHANNEL, channel.view());
  }
  const auto result = static_cast<std::uint8_t>((data.result & 7U) << 4);
  return conference(Bytes{0x14, 0x76, 0x0a, 0x01, 0x01, result}, "McDn", blocks.view());
}

}  // namespace rdpdoctor::wire
