#include "analyze/plain_stage.h"

#include "base/text.h"
#include "codes/registry.h"
#include "fmt/core.h"
#include "wire/credssp.h"
#include "wire/ntlm.h"
#include "wire/pdu_words.h"

namespace rdpdoctor::analyze {

using evidence::NlaOutcome;
using evidence::SessionOutcome;

namespace {

constexpr std::uint8_t der_sequence = 0x30;
constexpr std::string_view ntlm_signature = "NTLMSSP";

bool is_ntlm(View token) {
  std::string_view text(reinterpret_cast<const char*>(token.data()), token.size());
  return text.find(ntlm_signature) != std::string_view::npos;
}

wire::SessionWatcher::From side(From who) {
  return who == From::client ? wire::SessionWatcher::From::client : wire::SessionWatcher::From::host;
}

}  // namespace

PlainStage::PlainStage(std::uint32_t selected, Pdus& pdus) : pdus_(&pdus), session_(selected, pdus.wanted) {}

void PlainStage::bytes(From who, View plain, std::int64_t at_us) {
  if (plain.empty() || speaks_[who] == Speaks::lost) return;
  if (speaks_[who] == Speaks::credssp) {
    Bytes& unread = unread_[who];
    unread.insert(unread.end(), plain.begin(), plain.end());
    take_ts_requests(who, at_us);
    if (speaks_[who] != Speaks::session) return;
    Bytes rest = std::move(unread);
    unread = {};
    bytes(who, rest, at_us);
    return;
  }
  if (!session_begun_) session_began_at_ = at_us;
  session_begun_ = true;
  session_.feed(side(who), plain);
}

void PlainStage::take_ts_requests(From who, std::int64_t at_us) {
  Bytes& unread = unread_[who];
  while (!unread.empty() && speaks_[who] == Speaks::credssp) {
    if (unread[0] != der_sequence) {
      speaks_[who] = Speaks::session;
      return;
    }
    auto size = wire::ts_request_size(unread);
    if (!size) {
      if (who == From::host) broken(to_text(size.error()), at_us);
      speaks_[who] = Speaks::lost;
      unread = {};
      return;
    }
    if (!*size || unread.size() < **size) return;
    ts_request(who, View(unread).first(**size), at_us);
    unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(**size));
  }
}

void PlainStage::ts_request(From who, View message, std::int64_t at_us) {
  if (who == From::host) {
    answer(message, at_us);
    return;
  }
  auto request = wire::decode_ts_request(message);
  if (request) pdus_->note(who, wire::words_of(*request, std::nullopt, codes::name_or_empty));
  from_client(request && request->auth_info, at_us);
}

// [MS-CSSP] 3.1.5: the credentials are the client's last word.
void PlainStage::from_client(bool last, std::int64_t at_us) {
  if (nla_.outcome == NlaOutcome::not_tried) {
    nla_.outcome = NlaOutcome::waiting;
    nla_began_at_ = at_us;
  }
  if (last) credentials_sent_ = true;
}

void PlainStage::answer(View message, std::int64_t at_us) {
  nla_.bytes += message.size();
  auto answer = wire::decode_ts_request(message);
  if (!answer) {
    broken(to_text(answer.error()), at_us);
    return;
  }
  bool first = nla_.outcome == NlaOutcome::not_tried || nla_.outcome == NlaOutcome::waiting;
  if (first) nla_.ms = ms_between(nla_began_at_, at_us);
  nla_.version = answer->version;
  if (answer->error_code) {
    nla_.outcome = NlaOutcome::refused;
    nla_.error_code = answer->error_code;
  } else if (!answer->nego_tokens.empty() || answer->pub_key_auth) {
    if (nla_.outcome != NlaOutcome::refused) nla_.outcome = NlaOutcome::challenged;
  } else {
    broken("a TSRequest without negoTokens and without errorCode", at_us);
  }
  std::optional<wire::NtlmChallenge> challenge;
  if (!answer->nego_tokens.empty() && is_ntlm(answer->nego_tokens.front())) {
    auto read = wire::decode_ntlm_challenge(answer->nego_tokens.front());
    if (read) challenge = std::move(*read);
    if (challenge) read_challenge(*challenge, at_us);
  }
  pdus_->note(From::host, wire::words_of(*answer, challenge, codes::name_or_empty));
}

void PlainStage::read_challenge(const wire::NtlmChallenge& c, std::int64_t at_us) {
  nla_.netbios_computer_name = printable(c.netbios_computer_name);
  nla_.netbios_domain_name = printable(c.netbios_domain_name);
  nla_.dns_computer_name = printable(c.dns_computer_name);
  nla_.dns_domain_name = printable(c.dns_domain_name);
  nla_.host_clock = c.timestamp;
  nla_.our_clock = Instant{at_us / 1000};
  if (c.version)
    nla_.os_version = fmt::format("{}.{}.{}", c.version->major, c.version->minor, c.version->build);
}

void PlainStage::broken(std::string problem, std::int64_t at_us) {
  if (nla_.outcome == NlaOutcome::not_tried) return;
  if (nla_.outcome == NlaOutcome::waiting) {
    nla_.outcome = NlaOutcome::malformed;
    nla_.ms = ms_between(nla_began_at_, at_us);
  }
  pdus_->note(From::host, "broken TSRequest: " + problem);
  nla_.problem = std::move(problem);
}

void PlainStage::lost(From who) {
  speaks_[who] = Speaks::lost;
  unread_[who] = {};
  if (nla_.outcome == NlaOutcome::waiting) nla_.problem = "the capture lacks bytes of this stage";
}

void PlainStage::alert(std::uint8_t description, std::int64_t at_us) {
  bool in_nla = nla_.outcome == NlaOutcome::waiting ||
                (nla_.outcome == NlaOutcome::challenged && !credentials_sent_ && !session_begun_);
  if (!in_nla || nla_.alert) return;
  if (nla_.outcome == NlaOutcome::waiting) nla_.ms = ms_between(nla_began_at_, at_us);
  nla_.outcome = NlaOutcome::alert;
  nla_.alert = description;
}

void PlainStage::ended(StageEnd how, std::int64_t at_us) {
  bool lost = speaks_.client == Speaks::lost || speaks_.host == Speaks::lost;
  if (lost || how == StageEnd::left || how == StageEnd::unknown) return;
  static constexpr std::string_view words[] = {"FIN", "RST", "silence"};
  if (nla_.outcome == NlaOutcome::challenged && !credentials_sent_ && !session_begun_) {
    nla_.problem =
        fmt::format("{} of the host before CredSSP was over", words[static_cast<std::size_t>(how)]);
  }
  if (nla_.outcome != NlaOutcome::waiting) return;
  nla_.ms = ms_between(nla_began_at_, at_us);
  nla_.outcome = how == StageEnd::host_fin     ? NlaOutcome::closed
                 : how == StageEnd::host_reset ? NlaOutcome::reset
                                               : NlaOutcome::silent;
}

evidence::SessionFacts PlainStage::session() {
  const wire::SessionSeen& s = session_.seen();
  evidence::SessionFacts f;
  f.client_name = printable(s.client_name);
  f.client_build = s.client_build;
  f.client_product_id = printable(s.client_product_id);
  f.keyboard_layout = s.keyboard_layout;
  f.desktop_width = s.desktop_width;
  f.desktop_height = s.desktop_height;
  for (const std::string& channel : s.channels) f.channels.push_back(printable(channel));
  f.encryption_method = s.encryption_method;
  f.encryption_level = s.encryption_level;
  f.certificate = s.certificate;
  f.gcc_result = s.gcc_result;
  f.mcs_result = s.mcs_result;
  f.early_authorization = s.early_authorization;
  f.licensing_error = s.licensing_error;
  f.error_info = s.error_info;
  f.logon_error_type = s.logon_error_type;
  f.logon_error_data = s.logon_error_data;
  f.mcs_reason = s.mcs_reason;
  f.ended_by_client = s.mcs_ended_by_client;
  f.redirected_to = printable(s.redirected_to);
  f.logon_seen = s.logon_seen;
  constexpr std::uint32_t valid_client = 7;               // STATUS_VALID_CLIENT [MS-RDPBCGR] 2.2.1.12.1.3
  constexpr std::uint32_t session_continue = 0xFFFFFFFE;  // LOGON_MSG_SESSION_CONTINUE 2.2.10.1.1.4.1.1
  bool refused = s.gcc_result.value_or(0) != 0 || s.mcs_result.value_or(0) != 0 ||
                 s.early_authorization.value_or(0) != 0 ||
                 s.licensing_error.value_or(valid_client) != valid_client || s.error_info ||
                 s.logon_error_type.value_or(session_continue) != session_continue;
  if (s.active)
    f.outcome = SessionOutcome::active;
  else if (refused)
    f.outcome = SessionOutcome::refused;
  else
    f.outcome = s.connect_initial && !s.encrypted ? SessionOutcome::begun : SessionOutcome::unreadable;
  for (const std::string& line : s.pdus) {
    if (pdus_->wanted) pdus_->lines.push_back(line);
  }
  return f;
}

}  // namespace rdpdoctor::analyze
