#include "wire/session_words.h"

#include <fmt/core.h>

#include "base/text.h"

namespace rdpdoctor::wire {

std::string security_name(std::uint16_t flags) {
  if (flags & SEC_EXCHANGE_PKT) return "Security Exchange";
  if (flags & SEC_INFO_PKT) return "Client Info";
  if (flags & SEC_AUTODETECT_REQ) return "Auto-Detect Request";
  if (flags & SEC_AUTODETECT_RSP) return "Auto-Detect Response";
  if (flags & SEC_HEARTBEAT) return "Heartbeat";
  if (flags & SEC_TRANSPORT_REQ) return "Initiate Multitransport Request";
  if (flags & SEC_TRANSPORT_RSP) return "Multitransport Response";
  return fmt::format("security header flags=0x{:04X}", flags);
}

std::string words_of(const McsDomainPdu& pdu) {
  switch (pdu.choice) {
    case McsChoice::erect_domain_request: return "MCS Erect Domain Request";
    case McsChoice::attach_user_request: return "MCS Attach User Request";
    case McsChoice::attach_user_confirm:
      return fmt::format("MCS Attach User Confirm: result={} initiator={}", pdu.result, pdu.initiator);
    case McsChoice::channel_join_request:
      return fmt::format("MCS Channel Join Request: channelId={}", pdu.channel);
    case McsChoice::channel_join_confirm:
      return fmt::format("MCS Channel Join Confirm: result={} channelId={}", pdu.result, pdu.channel);
    default: return fmt::format("MCS domain PDU {}", static_cast<int>(pdu.choice));
  }
}

std::string words_of(const ClientData& data) {
  std::string out = "MCS Connect Initial:";
  if (const auto& core = data.core) {
    out += fmt::format(
        " version=0x{:08X} clientBuild={} clientName={} keyboardLayout=0x{:08X} desktopWidth={} "
        "desktopHeight={}",
        core->version, core->client_build, core->client_name, core->keyboard_layout, core->desktop_width,
        core->desktop_height);
    if (core->server_selected_protocol) {
      out += fmt::format(" serverSelectedProtocol=0x{:X}", *core->server_selected_protocol);
    }
  }
  if (data.encryption_methods) out += fmt::format(" encryptionMethods=0x{:X}", *data.encryption_methods);
  if (data.cluster_flags) {
    out += fmt::format(" Flags=0x{:X} RedirectedSessionID={}", *data.cluster_flags,
                       data.redirected_session_id.value_or(0));
  }
  return out + " channels=" + join(data.channels, ",");
}

std::string words_of(std::uint32_t mcs_result, const ServerData& data) {
  std::string out = fmt::format("MCS Connect Response: result={} GCC result={}", mcs_result, data.result);
  if (data.version) out += fmt::format(" version=0x{:08X}", *data.version);
  if (data.client_requested_protocols) {
    out += fmt::format(" clientRequestedProtocols=0x{:X}", *data.client_requested_protocols);
  }
  if (data.encryption_method) out += fmt::format(" encryptionMethod=0x{:X}", *data.encryption_method);
  if (data.encryption_level) out += fmt::format(" encryptionLevel={}", *data.encryption_level);
  if (!data.certificate.empty()) out += " serverCertificate=" + data.certificate;
  return out;
}

std::string words_of(const LicensingPdu& pdu) {
  const std::string_view name = licensing_name(pdu.type);
  std::string out = name.empty() ? fmt::format("licensing PDU 0x{:02X}", pdu.type) : std::string(name);
  if (!pdu.error_code) return out;
  return out + fmt::format(": dwErrorCode=0x{:08X} dwStateTransition={}", *pdu.error_code,
                           pdu.state_transition.value_or(0));
}

std::string words_of(const ShareData& data) {
  const std::string_view name = share_data_name(data.type2);
  std::string out = name.empty() ? fmt::format("share data PDU 0x{:02X}", data.type2) : std::string(name);
  return data.compressed ? out + " (compressed)" : out;
}

}  // namespace rdpdoctor::wire
