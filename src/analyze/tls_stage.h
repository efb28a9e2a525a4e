// The TLS stage of a captured conversation: both sides' clear records, how far each went, and with logged
// secrets what is inside. The meanings are those of the live probe's TLS stage (evidence::TlsFacts).
#pragma once

#include <optional>

#include "analyze/plain_stage.h"
#include "analyze/stage.h"
#include "evidence/case_file.h"
#include "wire/tls_opener.h"
#include "wire/tls_progress.h"
#include "wire/tls_records.h"

namespace rdpdoctor::analyze {

class TlsStage {
 public:
  // `selected` is selectedProtocol. `secrets` and `pdus` must outlive it.
  TlsStage(std::uint32_t selected, const wire::TlsKeyLog& secrets, Pdus& pdus);

  void bytes(From who, View payload, std::int64_t at_us);
  void lost(From who, std::int64_t at_us);
  void ended(StageEnd how, std::int64_t at_us);
  // The handshake was over, and then the client sent an alert, such as close_notify, before the host did: how
  // the host closes after that is an answer.
  [[nodiscard]] bool client_left() const { return client_left_; }

  // After ended().
  [[nodiscard]] evidence::TlsFacts tls();
  // Also without secrets: where NLA was chosen and the host said nothing more, its first message had no
  // answer.
  [[nodiscard]] evidence::NlaFacts nla() const;
  // Nothing when the client said nothing after security, or it is not known where that ended.
  [[nodiscard]] std::optional<evidence::SessionFacts> session();

 private:
  void read_hello(View payload, std::int64_t at_us);
  void open(From who, View payload, std::int64_t at_us);
  void count(From who);
  void look(std::int64_t at_us);
  void decide(evidence::TlsOutcome outcome, std::int64_t at_us);
  void client_gave_up(std::int64_t at_us, std::string how);
  [[nodiscard]] bool both_finished() const;
  [[nodiscard]] bool fatal_alert(From who) const;
  void read_chain();
  void note_unanswered(StageEnd how, std::int64_t at_us);

  Pdus* pdus_;
  Both<wire::TlsWatcher> watcher_;
  Both<wire::TlsProgress> progress_;
  Both<bool> lost_;
  std::optional<wire::TlsOpener> opener_;
  PlainStage plain_;
  bool credssp_;  // was chosen
  bool client_left_ = false;
  evidence::NlaFacts unanswered_;
  bool opened_ = false;  // something could be read with the secrets
  evidence::TlsFacts facts_;
  Bytes hello_stream_;
  bool hello_read_ = false;
  std::uint64_t client_bytes_ = 0;
  From last_ = From::client;
  std::int64_t hello_at_ = 0;
  std::int64_t completed_at_ = 0;
  std::int64_t last_at_ = 0;
  Both<std::uint64_t> session_bytes_;
  Both<std::uint64_t> counted_;
};

}  // namespace rdpdoctor::analyze
