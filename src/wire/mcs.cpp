#include "wire/mcs.h"

#include <array>

#include "wire/ber.h"

namespace rdpdoctor::wire {
namespace {

constexpr std::uint32_t connect_initial_tag = 0x7f65;
constexpr std::uint32_t connect_response_tag = 0x7f66;
constexpr std::uint16_t lowest_user_id = 1001;

Bytes copy(View bytes) {
  return {bytes.begin(), bytes.end()};
}

// T.125 DomainParameters as clients send them; nobody here cares what they say.
void put_domain_parameters(Writer& out) {
  constexpr std::array<std::uint8_t, 8> values = {34, 2, 0, 1, 0, 1, 255, 2};
  Writer parameters;
  for (const std::uint8_t value : values) put_ber(parameters, ber_integer, View(&value, 1));
  put_ber(out, ber_sequence, parameters.view());
}

std::uint16_t user_id(Reader& r) {
  return static_cast<std::uint16_t>(r.u16be("initiator") + lowest_user_id);
}

void put_user_id(Writer& out, std::uint16_t id) {
  out.u16be(static_cast<std::uint16_t>(id - lowest_user_id));
}

void read_send_data(Reader& r, McsDomainPdu& pdu) {
  pdu.initiator = user_id(r);
  pdu.channel = r.u16be("channelId");
  r.u8("dataPriority, segmentation");
  pdu.user_data = r.bytes(per_length(r, "userData.length"), "userData");
}

// In confirms the choice's six bits and one for whether a last field is present are followed by four of the
// result.
std::uint8_t confirm_result(std::uint8_t first, std::uint8_t second) {
  return static_cast<std::uint8_t>((first & 1U) << 3 | second >> 5);
}

void put_choice(Writer& out, McsChoice choice, unsigned low_bits) {
  out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(choice) << 2 | low_bits));
}

void put_confirm(Writer& out, const McsDomainPdu& pdu) {
  put_choice(out, pdu.choice, 2U | pdu.result >> 3);
  out.u8(static_cast<std::uint8_t>((pdu.result & 7U) << 5));
  put_user_id(out, pdu.initiator);
}

void put_send_data(Writer& out, const McsDomainPdu& pdu) {
  put_choice(out, pdu.choice, 0);
  put_user_id(out, pdu.initiator);
  out.u16be(pdu.channel).u8(0x70);
  put_per_length(out, pdu.user_data.size());
  out.bytes(pdu.user_data);
}

}  // namespace

McsPdu mcs_pdu(View data) {
  if (data.size() < 2 || data[0] != 0x7f) return McsPdu::domain;
  if (data[1] == (connect_initial_tag & 0xff)) return McsPdu::connect_initial;
  if (data[1] == (connect_response_tag & 0xff)) return McsPdu::connect_response;
  return McsPdu::domain;
}

Decoded<McsConnectInitial> decode_connect_initial(View data) {
  Reader r(data);
  Reader body = ber_contents(r, connect_initial_tag, "Connect-Initial");
  (void)ber_contents(body, ber_octet_string, "callingDomainSelector");
  (void)ber_contents(body, ber_octet_string, "calledDomainSelector");
  (void)ber_contents(body, ber_boolean, "upwardFlag");
  (void)ber_contents(body, ber_sequence, "targetParameters");
  (void)ber_contents(body, ber_sequence, "minimumParameters");
  (void)ber_contents(body, ber_sequence, "maximumParameters");
  Reader user_data = ber_contents(body, ber_octet_string, "userData");
  r.absorb(body);
  if (r.error()) return std::unexpected(*r.error());
  return McsConnectInitial{copy(user_data.rest())};
}

Decoded<McsConnectResponse> decode_connect_response(View data) {
  Reader r(data);
  McsConnectResponse response;
  Reader body = ber_contents(r, connect_response_tag, "Connect-Response");
  response.result = ber_number(body, ber_enumerated, "result");
  (void)ber_number(body, ber_integer, "calledConnectId");
  (void)ber_contents(body, ber_sequence, "domainParameters");
  Reader user_data = ber_contents(body, ber_octet_string, "userData");
  r.absorb(body);
  if (r.error()) return std::unexpected(*r.error());
  response.user_data = copy(user_data.rest());
  return response;
}

Bytes encode(const McsConnectInitial& initial) {
  Writer body;
  put_ber(body, ber_octet_string, Bytes{1});
  put_ber(body, ber_octet_string, Bytes{1});
  put_ber(body, ber_boolean, Bytes{0xff});
  for (int i = 0; i < 3; ++i) put_domain_parameters(body);
  put_ber(body, ber_octet_string, initial.user_data);
  Writer out;
  put_ber(out, connect_initial_tag, body.view());
  return out.take();
}

Bytes encode(const McsConnectResponse& response) {
  Writer body;
  put_ber(body, ber_enumerated, Bytes{static_cast<std::uint8_t>(response.result)});
  put_ber(body, ber_integer, Bytes{0});
  put_domain_parameters(body);
  put_ber(body, ber_octet_string, response.user_data);
  Writer out;
  put_ber(out, connect_response_tag, body.view());
  return out.take();
}

Decoded<McsDomainPdu> decode_mcs_domain_pdu(View data) {
  Reader r(data);
  McsDomainPdu pdu;
  const std::uint8_t first = r.u8("DomainMCSPDU");
  pdu.choice = static_cast<McsChoice>(first >> 2);
  switch (pdu.choice) {
    case McsChoice::disconnect_provider_ultimatum:  // three bits of reason, across the byte
      pdu.reason = static_cast<std::uint8_t>((first & 3U) << 1 | r.u8("reason") >> 7);
      break;
    case McsChoice::attach_user_confirm:
      pdu.result = confirm_result(first, r.u8("result"));
      if ((first & 2U) != 0) pdu.initiator = user_id(r);
      break;
    case McsChoice::channel_join_request:
      pdu.initiator = user_id(r);
      pdu.channel = r.u16be("channelId");
      break;
    case McsChoice::channel_join_confirm:
      pdu.result = confirm_result(first, r.u8("result"));
      pdu.initiator = user_id(r);
      pdu.channel = r.u16be("requested");
      if ((first & 2U) != 0) pdu.channel = r.u16be("channelId");
      break;
    case McsChoice::send_data_request:
    case McsChoice::send_data_indication: read_send_data(r, pdu); break;
    default: break;
  }
  if (r.error()) return std::unexpected(*r.error());
  return pdu;
}

Bytes encode(const McsDomainPdu& pdu) {
  Writer out;
  switch (pdu.choice) {
    case McsChoice::disconnect_provider_ultimatum:
      put_choice(out, pdu.choice, pdu.reason >> 1 & 3U);
      out.u8(static_cast<std::uint8_t>((pdu.reason & 1U) << 7));
      break;
    case McsChoice::attach_user_confirm: put_confirm(out, pdu); break;
    case McsChoice::channel_join_confirm:
      put_confirm(out, pdu);
      out.u16be(pdu.channel).u16be(pdu.channel);
      break;
    case McsChoice::channel_join_request:
      put_choice(out, pdu.choice, 0);
      put_user_id(out, pdu.initiator);
      out.u16be(pdu.channel);
      break;
    case McsChoice::send_data_request:
    case McsChoice::send_data_indication: put_send_data(out, pdu); break;
    case McsChoice::erect_domain_request:
      put_choice(out, pdu.choice, 0);
      out.u8(1).u8(0).u8(1).u8(0);  // subHeight and subInterval, both 0
      break;
    default: put_choice(out, pdu.choice, 0); break;
  }
  return out.take();
}

}  // namespace rdpdoctor::wire
