#include "analyze/conversation.h"

#include <doctest/doctest.h>

#include "support/conversation_script.h"

using namespace rdpdoctor;
using namespace rdpdoctor::analyze;
using namespace rdpdoctor::test;
using evidence::Ending;
using evidence::NlaOutcome;
using evidence::SessionOutcome;
using evidence::TlsOutcome;
using evidence::X224Outcome;

namespace {

Bytes record(std::uint8_t type, std::uint16_t length) {
  Writer w;
  w.u8(type).u16be(0x0303).u16be(length).bytes(Bytes(length, 0x5A));
  return w.take();
}

}  // namespace

TEST_CASE("a whole handshake in every version, in any pieces") {
  for (std::uint16_t version : std::vector<std::uint16_t>{0x0301, 0x0302, 0x0303, 0x0304}) {
    for (std::size_t piece : {1U, 100000U}) {
      CAPTURE(version);
      CAPTURE(piece);
      TlsPair pair = tls_pair(version);
      Script script = handshake(pair);
      Connection c = play(script, client_fin, piece);
      CHECK(c.x224.outcome == X224Outcome::confirmed);
      CHECK(c.asked.tls == "handshake");
      CHECK(c.tls.outcome == TlsOutcome::completed);
      CHECK(c.tls.version == version);
      CHECK(c.tls.cipher == pair.client.cipher());
      CHECK(c.tls.hello_bytes == script[2].bytes.size());
      REQUIRE(c.tls.client_hello);
      CHECK(c.tls.client_hello->versions.front() == version);
      CHECK(c.tls.client_hello->server_name == "srv.corp.example");
      CHECK(c.tls.client_hello->sha1_signatures);
      CHECK(c.nla.outcome == NlaOutcome::not_tried);
      CHECK_FALSE(c.session);  // nobody said a word after it
      if (version == 0x0304) {
        CHECK(c.tls.chain.empty());
      } else {
        REQUIRE(c.tls.chain.size() == 1);
        CHECK(c.tls.chain[0].common_name == "SRV-FIN-02");
      }
    }
  }
}

TEST_CASE("without secrets the session is counted and not read") {
  for (std::uint16_t version : std::vector<std::uint16_t>{0x0303, 0x0304}) {
    CAPTURE(version);
    TlsPair pair = tls_pair(version);
    Script script = handshake(pair);
    credssp_round(pair, script, challenge());
    Connection c = play(script, host_fin);
    REQUIRE(c.session);
    CHECK(c.session->outcome == SessionOutcome::unreadable);
    CHECK(c.session->bytes_from_client == script[script.size() - 2].bytes.size());
    CHECK(c.session->bytes_from_host == script.back().bytes.size());
    CHECK(c.session->ms > 0);
    CHECK(c.nla.outcome == NlaOutcome::not_tried);
    CHECK_FALSE(c.asked.nla);
    CHECK(c.ending == Ending::fin);
  }
}

TEST_CASE("with secrets the CredSSP round is read, and the certificate of TLS 1.3") {
  for (std::uint16_t version : std::vector<std::uint16_t>{0x0303, 0x0304}) {
    for (std::size_t piece : {1U, 100000U}) {
      CAPTURE(version);
      CAPTURE(piece);
      TlsPair pair = tls_pair(version);
      Script script = handshake(pair);
      credssp_round(pair, script, challenge());
      Connection c = play(script, client_fin, piece, pair.client.key_log());
      CHECK(c.asked.nla);
      CHECK(c.nla.outcome == NlaOutcome::challenged);
      CHECK(c.nla.netbios_computer_name == "SRV-FIN-02");
      CHECK(c.nla.dns_computer_name == "srv-fin-02.corp.example");
      CHECK(c.nla.os_version == "10.0.20348");
      CHECK(c.nla.host_clock == Instant{1'700'000'123'000});
      CHECK(c.nla.version == 6);
      REQUIRE(c.tls.chain.size() == 1);
      CHECK(c.tls.chain[0].common_name == "SRV-FIN-02");
      CHECK_FALSE(c.session);
    }
  }
}

TEST_CASE("an errorCode of CredSSP is read, also after the challenge") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  credssp_round(pair, script, challenge());
  wire::TsRequest refusal;
  refusal.error_code = 0xC000006D;
  credssp_round(pair, script, refusal);
  Connection c = play(script, host_fin, 100000, pair.client.key_log());
  CHECK(c.nla.outcome == NlaOutcome::refused);
  CHECK(c.nla.error_code == 0xC000006D);
  CHECK(c.nla.netbios_computer_name == "SRV-FIN-02");
}

TEST_CASE("a host that goes without an answer to the first TSRequest is told by how it went") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  credssp_round(pair, script, challenge());
  script.pop_back();
  std::string log = pair.client.key_log();
  CHECK(play(script, host_fin, 100000, log).nla.outcome == NlaOutcome::closed);
  CHECK(play(script, host_reset, 100000, log).nla.outcome == NlaOutcome::reset);
  CHECK(play(script, long_wait, 100000, log).nla.outcome == NlaOutcome::silent);
  CHECK(play(script, {}, 100000, log).nla.outcome == NlaOutcome::waiting);
  // Without secrets, too: what the host did not say needs no reading.
  for (auto& [end, outcome] :
       {std::pair(host_fin, NlaOutcome::closed), std::pair(host_reset, NlaOutcome::reset),
        std::pair(long_wait, NlaOutcome::silent)}) {
    const Connection c = play(script, end);
    CHECK(c.nla.outcome == outcome);
    CHECK_FALSE(c.session.has_value());
  }
  CHECK(play(script, {}).nla.outcome == NlaOutcome::not_tried);
  script.insert(script.begin() + 1, {From::host, confirm(1)});  // TLS without NLA was chosen
  script.erase(script.begin() + 2);
  CHECK(play(script, host_fin).nla.outcome == NlaOutcome::not_tried);
}

TEST_CASE("a client that takes its leave inside TLS has ended the connection, whoever closes first") {
  for (std::uint16_t version : std::vector<std::uint16_t>{0x0303, 0x0304}) {
    TlsPair pair = tls_pair(version);
    Script script = handshake(pair);
    const Script only_tls = script;
    credssp_round(pair, script, challenge());
    const Bytes goodbye = version == 0x0304 ? record(23, 19) : record(21, 26);
    script.push_back({From::client, goodbye});
    for (auto& end : {host_fin, host_reset}) {
      const Connection c = play(script, end);
      CHECK(c.ending == Ending::local);
      CHECK(c.nla.outcome == NlaOutcome::not_tried);
    }
    script.pop_back();
    script.push_back({From::client, goodbye, 9'000'000});
    CHECK(play(script, client_fin).nla.outcome == NlaOutcome::not_tried);  // the host had answered
    Script waited = only_tls;
    waited.push_back({From::client, record(23, 90)});
    waited.push_back({From::client, goodbye, 9'000'000});
    CHECK(play(waited, client_fin).nla.outcome == NlaOutcome::silent);
    CHECK(play(waited, client_fin).ending == Ending::local);
    waited.back().pause_us = 0;
    CHECK(play(waited, client_fin).nla.outcome == NlaOutcome::not_tried);
    Script host_first = script;
    host_first.insert(host_first.end() - 1, {From::host, goodbye});
    CHECK(play(host_first, host_fin).ending == Ending::fin);
    Script at_once = only_tls;
    at_once.push_back({From::client, goodbye});
    const Connection c = play(at_once, host_fin);
    CHECK(c.nla.outcome == NlaOutcome::not_tried);
    CHECK_FALSE(c.session.has_value());
  }
}

TEST_CASE("a ClientHello that is cut: outcome by how it ended") {
  TlsPair pair = tls_pair(0x0303);
  Script script = first_lines(handshake(pair), 3);
  CHECK(play(script, host_fin).tls.outcome == TlsOutcome::closed);
  CHECK(play(script, host_reset).tls.outcome == TlsOutcome::reset);
  CHECK(play(script, host_reset).tls.ms == doctest::Approx(10));
  CHECK_FALSE(play(script, host_reset).tls.server_hello_seen);
  CHECK(play(script, long_wait).tls.outcome == TlsOutcome::silent);
  CHECK(play(script).tls.outcome == TlsOutcome::waiting);
  CHECK(play(script, client_fin).tls.outcome == TlsOutcome::waiting);
  script.push_back({From::host, bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n")});
  CHECK(play(script, client_fin).tls.outcome == TlsOutcome::not_tls);
}

TEST_CASE("a cut at any byte of the handshake never completes it, and never claims what was not seen") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  for (std::size_t line = 2; line < script.size(); ++line) {
    std::size_t size = script[line].bytes.size();
    for (std::size_t keep = 0; keep < size; keep += 1 + size / 40) {
      CAPTURE(line);
      CAPTURE(keep);
      Script cut = first_lines(script, line + 1);
      cut.back().bytes.resize(keep);
      Connection c = play(cut, host_reset);
      TlsOutcome expected = line == 2 && keep == 0 ? TlsOutcome::not_tried : TlsOutcome::reset;
      // The whole header of the last Finished counts as Finished.
      if (line + 1 == script.size() && c.tls.outcome == TlsOutcome::completed)
        expected = TlsOutcome::completed;
      CHECK(c.tls.outcome == expected);
      if (line == 2) CHECK_FALSE(c.tls.server_hello_seen);
      if (line > 3) CHECK(c.tls.server_hello_seen);
    }
  }
}

TEST_CASE("alerts of the host and of the client are told apart") {
  TlsPair old_client = tls_pair(0x0302, 0x0303);
  Connection c = play(handshake(old_client), client_fin);
  CHECK(c.tls.outcome == TlsOutcome::alert);
  CHECK(c.tls.alert == 70);
  CHECK_FALSE(c.tls.client_alert);

  TlsPair pair = tls_pair(0x0303);
  Script script = first_lines(handshake(pair), 4);
  script.push_back({From::client, {0x15, 3, 3, 0, 2, 2, 48}});
  Connection refused = play(script, client_fin);
  CHECK(refused.tls.outcome == TlsOutcome::failed_here);
  CHECK(refused.tls.client_alert == 48);
  CHECK_FALSE(refused.tls.alert);
  CHECK(refused.tls.server_hello_seen);
  CHECK(refused.tls.chain.size() == 1);
}

TEST_CASE("an alert that the client sends when the host has closed does not end the stage") {
  TlsPair pair = tls_pair(0x0303);
  Script script = first_lines(handshake(pair), 3);
  wire::TlsKeyLog none;
  Conversation conversation(none, false);
  for (const Said& said : script) conversation.bytes(said.who, said.bytes, start);
  conversation.closed(From::host, false, start + ms);
  conversation.bytes(From::client, Bytes{0x15, 3, 3, 0, 2, 2, 80}, start + 2 * ms);
  conversation.closed(From::client, false, start + 3 * ms);
  conversation.over(start + 3 * ms);
  Connection c = conversation.take();
  CHECK(c.tls.outcome == TlsOutcome::closed);
  CHECK(c.tls.client_alert == 80);
  CHECK(c.ending == Ending::fin);
}

TEST_CASE("TLS 1.3: an alert that the client sends encrypted in place of its Finished is no handshake") {
  TlsPair pair = tls_pair(0x0304);
  Script script = first_lines(handshake(pair), 4);
  Bytes alert = {0x17, 3, 3, 0, 19};
  alert.resize(24, 0xAB);
  script.push_back({From::client, alert});
  Connection c = play(script, client_fin);
  CHECK(c.tls.outcome == TlsOutcome::failed_here);
  CHECK_FALSE(c.session);
}

TEST_CASE("TLS without X.224 is told as such") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  script.erase(script.begin(), script.begin() + 2);
  Connection c = play(script, client_fin);
  CHECK(c.asked.tls == "first");
  CHECK(c.tls.outcome == TlsOutcome::completed);
  CHECK(c.x224.outcome == X224Outcome::not_tried);
}

TEST_CASE("lost bytes are never the host's silence or its closing") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  wire::TlsKeyLog none;
  {
    Conversation conversation(none, false);
    conversation.bytes(From::client, script[0].bytes, start);
    conversation.lost(From::host, 19, start + ms);
    conversation.closed(From::host, false, start + 2 * ms);
    conversation.over(start + 2 * ms);
    Connection c = conversation.take();
    CHECK(c.x224.outcome == X224Outcome::waiting);
    CHECK_FALSE(c.x224.problem.empty());
    CHECK(c.seen->lost == 19);
  }
  {
    Conversation conversation(none, false);
    for (std::size_t i = 0; i < 3; ++i) conversation.bytes(script[i].who, script[i].bytes, start);
    conversation.lost(From::host, 1000, start + ms);
    conversation.closed(From::host, true, start + 2 * ms);
    conversation.over(start + 2 * ms);
    Connection c = conversation.take();
    CHECK(c.tls.outcome == TlsOutcome::waiting);
    CHECK_FALSE(c.tls.problem.empty());
  }
}

TEST_CASE("a lost Confirm does not hide the TLS that follows it") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  wire::TlsKeyLog none;
  Conversation conversation(none, false);
  conversation.bytes(From::client, script[0].bytes, start);
  conversation.lost(From::host, 19, start + ms);
  for (std::size_t i = 2; i < script.size(); ++i)
    conversation.bytes(script[i].who, script[i].bytes, start + 2 * ms);
  conversation.over(start + 3 * ms);
  Connection c = conversation.take();
  CHECK(c.x224.outcome == X224Outcome::waiting);
  CHECK(c.tls.outcome == TlsOutcome::completed);
  CHECK(c.tls.chain.size() == 1);
}

TEST_CASE("a client's bytes that come before the Confirm in the capture wait for it") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  std::swap(script[1], script[2]);
  CHECK(play(script, client_fin).tls.outcome == TlsOutcome::completed);
}

TEST_CASE("a line per PDU is kept when asked for") {
  TlsPair pair = tls_pair(0x0303);
  Script script = handshake(pair);
  CHECK(play(script).pdus.empty());
  std::vector<std::string> lines = play(script, client_fin, 100000, "", true).pdus;
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].starts_with("→ X.224 Connection Request: Cookie: mstshash=eltons, RDP_NEG_REQ"));
  CHECK(lines[1].starts_with("← X.224 Connection Confirm: RDP_NEG_RSP"));
  CHECK(lines[2].starts_with("→ TLS ClientHello"));
  CHECK(lines[3].starts_with("← TLS, "));
}
