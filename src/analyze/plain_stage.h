// What is said inside of security, where it can be read: CredSSP's TSRequests ([MS-CSSP] 3.1.5), then the
// session from MCS Connect Initial on ([MS-RDPBCGR] 1.3.1.1). One after the other in each direction; a
// TSRequest begins with a DER SEQUENCE, which nothing of the session does.
#pragma once

#include <optional>

#include "analyze/stage.h"
#include "evidence/case_file.h"
#include "wire/ntlm.h"
#include "wire/session_watcher.h"

namespace rdpdoctor::analyze {

class PlainStage {
 public:
  // `selected` is selectedProtocol. `pdus` must outlive it.
  PlainStage(std::uint32_t selected, Pdus& pdus);

  void bytes(From who, View plain, std::int64_t at_us);
  void lost(From who);
  // The host's fatal alert under encryption.
  void alert(std::uint8_t description, std::int64_t at_us);
  void ended(StageEnd how, std::int64_t at_us);

  [[nodiscard]] const evidence::NlaFacts& nla() const { return nla_; }
  [[nodiscard]] bool session_begun() const { return session_begun_; }
  [[nodiscard]] std::int64_t session_began_at() const { return session_began_at_; }
  // What the session's PDUs told, and what they mean; bytes and ms are the caller's.
  [[nodiscard]] evidence::SessionFacts session();

 private:
  void take_ts_requests(From who, std::int64_t at_us);
  void ts_request(From who, View message, std::int64_t at_us);
  void from_client(bool last, std::int64_t at_us);
  void answer(View message, std::int64_t at_us);
  void read_challenge(const wire::NtlmChallenge& c, std::int64_t at_us);
  void broken(std::string problem, std::int64_t at_us);

  enum class Speaks { credssp, session, lost };

  Pdus* pdus_;
  Both<Speaks> speaks_;
  Both<Bytes> unread_;
  evidence::NlaFacts nla_;
  std::int64_t nla_began_at_ = 0;
  bool credentials_sent_ = false;
  bool session_begun_ = false;
  std::int64_t session_began_at_ = 0;
  wire::SessionWatcher session_;
};

}  // namespace rdpdoctor::analyze
