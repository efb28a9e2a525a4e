#include "probe/pdu_words.h"

#include "base/text.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::probe {

std::string words_of(const wire::ConnectionRequest& request) {
  std::string out = "X.224 Connection Request:";
  if (!request.routing.empty()) out += " " + printable(request.routing) + ",";
  if (!request.negotiation) return out + " no RDP_NEG_REQ";
  return out + fmt::format(" RDP_NEG_REQ flags=0x{:02X} requestedProtocols=0x{:X} ({})",
                           request.negotiation->flags, request.negotiation->requested_protocols,
                           wire::requested_protocols_names(request.negotiation->requested_protocols));
}

namespace {

std::string flag_names(std::uint8_t flags) {
  static constexpr std::pair<std::uint8_t, std::string_view> all[] = {
      {wire::EXTENDED_CLIENT_DATA_SUPPORTED, "EXTENDED_CLIENT_DATA"},
      {wire::DYNVC_GFX_PROTOCOL_SUPPORTED, "DYNVC_GFX"},
      {wire::NEGRSP_FLAG_RESERVED, "RESERVED"},
      {wire::RESTRICTED_ADMIN_MODE_SUPPORTED, "RESTRICTED_ADMIN"},
      {wire::REDIRECTED_AUTHENTICATION_MODE_SUPPORTED, "REDIRECTED_AUTHENTICATION"}};
  std::string out;
  for (auto& [bit, name] : all) {
    if (flags & bit) out += (out.empty() ? "" : "|") + std::string(name);
  }
  return out.empty() ? "none" : out;
}

}  // namespace

std::string words_of(const wire::ConnectionConfirm& confirm) {
  std::string out = "X.224 Connection Confirm:";
  if (auto* r = std::get_if<wire::RdpNegRsp>(&confirm.negotiation)) {
    return out + fmt::format(" RDP_NEG_RSP flags=0x{:02X} ({}) selectedProtocol=0x{:X} ({})", r->flags,
                             flag_names(r->flags), r->selected_protocol,
                             wire::selected_protocol_name(r->selected_protocol));
  }
  if (auto* f = std::get_if<wire::RdpNegFailure>(&confirm.negotiation)) {
    return out + fmt::format(" RDP_NEG_FAILURE failureCode=0x{:X} {}", f->failure_code,
                             codes::name_or_empty("negotiation-failure", f->failure_code));
  }
  return out + " no negotiation data";
}

std::string words_of(const wire::TlsWatcher& seen) {
  std::string out = fmt::format("TLS, {}:", count_of(seen.bytes(), "byte"));
  if (auto& hello = seen.server_hello()) {
    out +=
        fmt::format(" ServerHello version={} cipher_suite=0x{:04X}{}", wire::tls_version_name(hello->version),
                    hello->cipher_suite, hello->hello_retry_request ? " (HelloRetryRequest)" : "");
  }
  if (!seen.certificates().empty()) out += " Certificate × " + std::to_string(seen.certificates().size());
  if (auto& alert = seen.alert()) {
    out += fmt::format(" Alert level={} description={} {}", alert->level, alert->description,
                       codes::name_or_empty("tls-alert", alert->description));
  }
  if (seen.error()) out += " not TLS: " + to_text(*seen.error());
  return out;
}

std::string words_of(const wire::TsRequest& answer, const std::optional<wire::NtlmChallenge>& challenge) {
  std::string out = fmt::format("CredSSP TSRequest: version={}", answer.version);
  if (answer.error_code) {
    out += fmt::format(" errorCode=0x{:08X} {}", *answer.error_code,
                       codes::name_or_empty("ntstatus", *answer.error_code));
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

std::string ending_words(net::Ending how) {
  switch (how) {
    case net::Ending::open: return "open";
    case net::Ending::local: return "closed by us";
    case net::Ending::fin: return "FIN";
    case net::Ending::reset: return "RST";
    case net::Ending::timed_out: return "silence until the wait ended";
    case net::Ending::unfinished: return "cut off by the deadline of the run";
    case net::Ending::error: return "socket error";
  }
  return "";
}

}  // namespace rdpdoctor::probe
