// One connection of the probe: X.224, then TLS or a single ClientHello, then the first CredSSP round, as far
// as it was asked to go; or ("first") a ClientHello in place of X.224. A Machine: no socket, no clock.
// Everything it learns goes into an evidence::Connection.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/token_handshake.h"
#include "evidence/case_file.h"
#include "net/machine.h"
#include "wire/ntlm.h"
#include "wire/tls_session.h"
#include "wire/tpkt.h"

namespace rdpdoctor::probe {

// How long each stage may stay without its answer, however many bytes trickle in.
struct Waits {
  Duration x224{};
  Duration tls{};
  Duration nla{};
};

// A banner may come in pieces: this long it may go on after its first byte.
inline constexpr auto banner_patience = std::chrono::milliseconds(150);

struct AttemptContext {
  std::string cookie_name = "rdpdoctor";  // mstshash=…
  std::string server_name;                // SNI; "" when asked by address
  Waits waits;
  Bytes random32;
  Instant wall_at_start;  // the wall clock at `start`, so that the machine need not read one
  Moment start;
  bool verbose = false;  // collect one line per PDU
  // Of an attempt that asks with tls "system"; see run.h.
  std::function<std::unique_ptr<TokenHandshake>(const std::string& server_name)> system_tls;
};

class Attempt : public net::Machine {
 public:
  Attempt(evidence::Asked asked, AttemptContext context);

  net::Step connected(Moment now) override;
  net::Step received(View bytes, Moment now) override;
  net::Step woken(Moment now) override;
  void ended(net::Ending how, Moment now) override;

  [[nodiscard]] const evidence::Connection& facts() const { return facts_; }
  [[nodiscard]] evidence::Connection& facts() { return facts_; }

 private:
  enum class State {
    idle,
    waiting_confirm,
    hello_first,
    gathering_banner,
    hello,
    splitting_hello,
    handshake,
    system_handshake,
    credssp,
    over
  };

  net::Step in_state(View bytes, Moment now);
  net::Step start_x224(Moment now);
  net::Step in_x224(View bytes, Moment now);
  net::Step confirmed(View payload, Moment now);
  net::Step malformed(std::string problem, View bytes, Moment now);
  [[nodiscard]] std::uint32_t not_asked_for() const;
  net::Step start_hello_first(Moment now);
  net::Step in_hello_first(View bytes, Moment now);
  net::Step start_tls(Moment now);
  net::Step start_tls_after(Moment now);
  net::Step start_handshake(Moment now);
  net::Step start_hello(Moment now);
  net::Step in_hello(View bytes, Moment now);
  net::Step in_handshake(View bytes, Moment now);
  net::Step handshake_done(Moment now);
  net::Step handshake_failed(Moment now);
  net::Step start_system_handshake(Moment now);
  net::Step in_system_handshake(View bytes, Moment now);
  net::Step system_step(TokenHandshake::Step token, Moment now);
  void system_handshake_failed(const TokenHandshake::Step& token);
  void system_handshake_done();
  net::Step start_credssp(Moment now);
  net::Step in_credssp(Moment now);
  net::Step credssp_answer(View message, Moment now);
  void read_challenge(Moment now);
  void record_chain();
  void name_banner();

  net::Step finish();  // close in order
  net::Step wait(Duration d, Moment now);
  void stage_ended(net::Ending how);
  [[nodiscard]] double& last_stage_ms();
  void note(std::string line);  // a PDU, when verbose
  [[nodiscard]] double since_stage(Moment now) const { return to_ms(now - stage_began_); }

  evidence::Connection facts_;
  AttemptContext context_;
  State state_ = State::idle;
  Moment stage_began_{};
  Moment stage_until_{};
  wire::TpktFramer framer_;
  Bytes banner_;
  Bytes rest_of_hello_;
  std::optional<wire::TlsSession> tls_;
  std::unique_ptr<TokenHandshake> system_tls_;
  wire::TlsWatcher watcher_;  // for hellos and the system's TLS, where no TlsSession runs
  wire::NtlmProbeToken token_;
  Bytes plain_;
};

}  // namespace rdpdoctor::probe
