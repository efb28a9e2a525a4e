#include "wire/pdu_words.h"

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::wire {

std::string words_of(const ConnectionRequest& request) {
  std::string out = "X.224 Connection Request:";
  if (!request.routing.empty()) out += " " + printable(request.routing) + ",";
  if (!request.negotiation) return out + " no RDP_NEG_REQ";
  return out + fmt::format(" RDP_NEG_REQ flags=0x{:02X} requestedProtocols=0x{:X} ({})",
                           request.negotiation->flags, request.negotiation->requested_protocols,
                           requested_protocols_names(request.negotiation->requested_protocols));
}

namespace {

std::string flag_names(std::uint8_t flags) {
  static constexpr std::pair<std::uint8_t, std::string_view> all[] = {
      {EXTENDED_CLIENT_DATA_SUPPORTED, "EXTENDED_CLIENT_DATA"},
      {DYNVC_GFX_PROTOCOL_SUPPORTED, "DYNVC_GFX"},
      {NEGRSP_FLAG_RESERVED, "RESERVED"},
      {RESTRICTED_ADMIN_MODE_SUPPORTED, "RESTRICTED_ADMIN"},
      {REDIRECTED_AUTHENTICATION_MODE_SUPPORTED, "REDIRECTED_AUTHENTICATION"}};
  std::string out;
  for (auto& [bit, name] : all) {
    if (flags & bit) out += (out.empty() ? "" : "|") + std::string(name);
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::string words_of(const ConnectionConfirm& confirm, NameOf name_of) {
  std::string out = "X.224 Connection Confirm:";
  if (auto* r = std::get_if<RdpNegRsp>(&confirm.negotiation)) {
    return out + fmt::format(" RDP_NEG_RSP flags=0x{:02X} ({}) selectedProtocol=0x{:X} ({})", r->flags,
                             flag_names(r->flags), r->selected_protocol,
                             selected_protocol_name(r->selected_protocol));
  }
  if (auto* f = std::get_if<RdpNegFailure>(&confirm.negotiation)) {
    return out + fmt::format(" RDP_NEG_FAILURE failureCode=0x{:X} {}", f->failure_code,
                             name_of("negotiation-failure", f->failure_code));
  }
  return out + " no negotiation data";
}

std::string words_of(const TlsWatcher& seen, NameOf name_of) {
  std::string out = fmt::format("TLS, {}:", count_of(seen.bytes(), "byte"));
  if (auto& hello = seen.server_hello()) {
    out += fmt::format(" ServerHello version={} cipher_suite=0x{:04X}{}", tls_version_name(hello->version),
                       hello->cipher_suite, hello->hello_retry_request ? " (HelloRetryRequest)" : "");
  }
  if (!seen.certificates().empty()) out += " Certificate × " + std::to_string(seen.certificates().size());
  if (auto& alert = seen.alert()) {
    out += fmt::format(" Alert level={} description={} {}", alert->level, alert->description,
                       name_of("tls-alert", alert->description));
  }
  if (seen.error()) out += " not TLS: " + to_text(*seen.error());
  return out;
}

std::string words_of(const TsRequest& answer, const std::optional<NtlmChallenge>& challenge, NameOf name_of) {
  std::string out = fmt::format("CredSSP TSRequest: version={}", answer.version);
  if (answer.error_code) {
    out += fmt::format(" errorCode=0x{:08X} {}", *answer.error_code, name_of("ntstatus", *answer.error_code));
  }
  if (challenge) {
    out += fmt::format(
        " negoTokens=NTLM CHALLENGE flags=0x{:08X} MsvAvNbComputerName={} MsvAvDnsComputerName={}",
        challenge->flags, printable(challenge->netbios_computer_name),
        printable(challenge->dns_computer_name));
    if (challenge->timestamp) out += " MsvAvTimestamp=" + to_rfc3339(*challenge->timestamp);
  }
  return out;
}

}  // namespace rdpdoctor::wire
