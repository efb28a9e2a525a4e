// The judges of the TLS stage, over tables of what a host may do with ClientHellos.
#include <doctest/doctest.h>

#include <algorithm>

#include "causes/engine/hello_filter.h"
#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;

TEST_CASE("a host that ends every ClientHello, whatever is offered, can't use its key") {
  for (const TlsFacts& how : {rst(), fin(), alert(40), alert(80), alert(20)}) {
    Evidence e;
    e.every_offer(how).hello("split", how).hello("control", how);
    CHECK(shown(e) == "certificate-key-unusable likely");
    CHECK(ruled_out(e, "reset-in-path"));
    CHECK(ruled_out(e, "tls-version-mismatch"));
    CHECK(ruled_out(e, "tls-cipher-mismatch"));
    CHECK(ruled_out(e, "tls-stalled"));
  }
}

TEST_CASE("the key is only possibly unusable while its rivals are untested") {
  CHECK(shown(Evidence().handshakes(rst(), 1)) == "certificate-key-unusable possible");
  CHECK(shown(Evidence().handshakes(rst()).hello("modern", rst())) == "certificate-key-unusable possible");
  CHECK(shown(Evidence().every_offer(rst())) == "certificate-key-unusable possible");
  Evidence unsteady;
  unsteady.every_offer(rst()).hello("split", rst()).hello("control", rst());
  unsteady.add("set ssl", "").x224 = x224_ended(X224Outcome::reset);
  CHECK(shown(unsteady).find("certificate-key-unusable likely") == std::string::npos);
}

TEST_CASE("a silent control says little") {
  Evidence e;
  e.every_offer(rst()).hello("split", rst()).hello("control", silent());
  CHECK(shown(e) == "certificate-key-unusable likely");
  CHECK_FALSE(ruled_out(e, "reset-in-path"));
}

TEST_CASE("a ClientHello that passes in two segments proves a filter on the path") {
  Evidence e;
  e.every_offer(rst()).hello("split", answered()).hello("control", rst());
  CHECK(shown(e) == "reset-in-path proven");
  CHECK(ruled_out(e, "certificate-key-unusable"));
}

TEST_CASE("only ClientHellos ended, other records answered by the host's TLS: a filter, likely") {
  Evidence e;
  e.every_offer(rst()).hello("split", rst()).hello("control", alert(10));
  CHECK(shown(e) == "reset-in-path likely");
  CHECK(ruled_out(e, "certificate-key-unusable"));
}

TEST_CASE("a host whose alerts differ with what it gets reads the offers: think of the suites first") {
  Evidence control;
  control.every_offer(alert(40)).hello("split", alert(40)).hello("control", alert(10));
  Evidence varying;
  varying.every_offer(alert(40)).hello("split", alert(40)).hello("control", alert(40));
  varying.file.connections[3].tls = alert(70);  // "modern"
  for (const Evidence& e : {control, varying}) {
    CHECK(shown(e).find("tls-cipher-mismatch possible, certificate-key-unusable possible") == 0);
    Diagnosis d = diagnose(e.file);
    for (const EvidenceLine& line : d.causes.back().found.evidence)
      CHECK(line.text.find("whatever is offered") == std::string::npos);
  }
  Evidence old_refused;
  old_refused.every_offer(alert(40)).hello("split", alert(40)).hello("control", alert(40));
  for (Connection& c : old_refused.file.connections) {
    if (c.asked.tls == "tls1.0" || c.asked.tls == "tls1.1") c.tls = alert(70);
  }
  CHECK(shown(old_refused) == "certificate-key-unusable likely");
}

TEST_CASE("what is cut twice and passes in two segments is about the path; a whole one answered is not") {
  Evidence answered_whole;
  answered_whole.handshakes(completed(), 1).hello("modern", answered()).hello("tls1.0", alert(70));
  answered_whole.hello("tls1.1", rst()).hello("split", answered());
  CHECK(shown(answered_whole) == "");
  Evidence by_alert;
  by_alert.every_offer(alert(40)).hello("split", answered());
  CHECK(shown(by_alert).find("reset-in-path") == std::string::npos);
}

TEST_CASE("the count of ClientHellos includes the split one, as in the ladder") {
  Evidence e;
  e.every_offer(rst()).hello("split", rst()).hello("control", rst());
  CHECK(diagnose(e.file).causes[0].found.evidence[0].text.find("13 of 13") != std::string::npos);
}

TEST_CASE("when the standard offer is cut and others pass, the headline says which") {
  auto headline = [](const Evidence& e) { return diagnose(e.file).causes.at(0).found.headline; };
  Evidence newest;
  newest.handshakes(rst()).hello("modern", rst()).hello("wide", rst());
  newest.hello("tls1.2", answered()).hello("small", answered());
  CHECK(headline(newest) ==
        "Only ClientHellos that offer nothing newer than TLS 1.2 are answered; those that offer TLS 1.3 are "
        "cut.");
  Evidence size;
  size.handshakes(rst()).hello("modern", rst()).hello("tls1.2", rst()).hello("small", answered());
  size.file.connections.back().tls.hello_bytes = 110;
  CHECK(headline(size) == "Only ClientHellos of 110 bytes are answered; those of 517 bytes are cut.");
  size.file.target = {.asked = "srv", .host = "srv", .addresses = {"10.0.0.5"}};
  CHECK(headline(size) ==
        "Only ClientHellos of 110 bytes without a server name are answered; those of 517 bytes with one are "
        "cut.");
  Evidence weak;
  weak.handshakes(rst()).hello("modern", answered()).hello("no-sha1", answered()).hello("wide", rst());
  weak.hello("tls1.2", rst());
  CHECK(shown(weak) == "tls-cipher-mismatch possible");
  Evidence no_sense;
  no_sense.handshakes(rst()).hello("modern", rst()).hello("wide", answered()).hello("tls1.2", answered());
  CHECK(shown(no_sense) == "reset-in-path possible");
}

TEST_CASE("resets that come sooner than the host could send them point at the path") {
  Evidence e;
  e.every_offer(rst(3)).hello("split", rst(3)).hello("control", rst(3));
  CHECK(shown(e) == "reset-in-path likely, certificate-key-unusable possible");
  Evidence one_late = e;
  one_late.file.connections[0].tls.ms = 41;
  CHECK(shown(one_late) == "certificate-key-unusable likely");
  Evidence loopback = e;
  for (Connection& c : loopback.file.connections) {
    c.tcp.connect_ms = 0.9;
    c.x224.ms = 1.1;
    c.tls.ms = 0.1;
  }
  CHECK(shown(loopback) == "certificate-key-unusable likely");
}

TEST_CASE("one shortest round trip of a few milliseconds silences the clock, whichever reading gave it") {
  Evidence e;
  e.every_offer(rst(3)).hello("split", rst(3)).hello("control", rst(3));
  e.file.connections[2].tcp.rtt_ms = Reading<double>::present(4);
  CHECK(hello_filter_signs(e.file).early.empty());
}

TEST_CASE("alert 70 for every version leaves both the versions and the key possible") {
  Evidence e;
  e.every_offer(alert(70)).hello("split", alert(70)).hello("control", alert(10));
  CHECK(shown(e) == "certificate-key-unusable possible, tls-version-mismatch possible");
}

TEST_CASE("a host that answers only old versions is proven by one offer each") {
  for (std::uint32_t newest : {0x0301U, 0x0302U}) {
    Evidence e;
    e.handshakes(completed(windows_certificate(), newest), 1);
    e.hello("modern", fin())
        .hello("tls1.2", rst())
        .hello("tls1.3", alert(70))
        .hello("wide", answered(newest));
    e.hello("tls1.0", answered(0x0301)).hello("no-sha1", answered(newest));
    CHECK(shown(e) == "tls-version-mismatch proven");
    CHECK(ruled_out(e, "certificate-key-unusable"));
  }
}

TEST_CASE("a host with TLS 1.3 alone is a fault for older clients only") {
  Evidence e;
  e.handshakes(completed(windows_certificate(), 0x0304), 1);
  e.hello("modern", answered(0x0304))
      .hello("tls1.2", alert(70))
      .hello("wide", answered(0x0304))
      .hello("tls1.0", alert(70));
  CHECK(shown(e) == "tls-version-mismatch proven (not)");
  e.file.complaint = {.code = 0x904, .extended = 0x7};
  CHECK(shown(e) == "tls-version-mismatch proven");
}

TEST_CASE("refusing TLS 1.0 and 1.1, or not having TLS 1.3, is healthy") {
  Evidence e;
  e.handshakes(completed(), 1).hello("modern", answered()).hello("tls1.2", answered());
  e.hello("tls1.0", alert(70))
      .hello("tls1.1", rst())
      .hello("tls1.3", alert(70))
      .hello("legacy-ciphers", alert(40));
  CHECK(shown(e) == "");
}

TEST_CASE("a host that signs with SHA-1 only is told by leaving SHA-1 out") {
  Evidence e;
  e.handshakes(completed(), 1).hello("modern", rst()).hello("tls1.2", answered()).hello("wide", answered());
  e.hello("no-sha1", rst());
  CHECK(shown(e) == "tls-cipher-mismatch proven");
  CHECK(diagnose(e.file).causes[0].found.headline.find("SHA-1") != std::string::npos);
}

TEST_CASE("a host without current suites is degraded, or failing when its suites are dropped ones") {
  auto host = [](std::string suite) {
    Evidence e;
    e.handshakes(completed(windows_certificate(), 0x0303, std::move(suite)), 1).hello("modern", alert(40));
    e.add("hello modern again", "modern").tls = alert(40);
    e.hello("tls1.2", answered()).hello("wide", answered()).hello("no-sha1", answered());
    return e;
  };
  Evidence cbc = host("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384");
  CHECK(shown(cbc) == "tls-cipher-mismatch proven (not)");
  CHECK(diagnose(cbc.file).health == Health::degraded);
  cbc.file.complaint = {.code = 0x904, .extended = 0x7};
  CHECK(shown(cbc) == "tls-cipher-mismatch proven");
  CHECK(shown(host("TLS_RSA_WITH_3DES_EDE_CBC_SHA")) == "tls-cipher-mismatch proven");
  CHECK(shown(host("0x0005")) == "tls-cipher-mismatch proven");
}

TEST_CASE("only the library's own larger ClientHello passes: a device by size, or a key of another kind") {
  auto host = [](std::string key, const TlsFacts& refused) {
    evidence::Certificate leaf = windows_certificate();
    leaf.key_type = std::move(key);
    Evidence e;
    e.handshakes(completed(leaf, 0x0304), 2);
    for (auto offer : {"modern", "tls1.2", "wide", "no-sha1", "tls1.3"}) e.hello(offer, refused);
    for (Connection& c : e.file.connections) c.tls.hello_bytes = c.asked.tls == "handshake" ? 517 : 280;
    return shown(e);
  };
  CHECK(host("RSA", rst()) == "reset-in-path possible");
  CHECK(host("Ed25519", rst()) == "tls-cipher-mismatch likely");
  CHECK(host("Ed25519", alert(40)) == "tls-cipher-mismatch likely");
  CHECK(host("RSA", alert(40)) == "tls-cipher-mismatch possible");
}

TEST_CASE("identical attempts that differ are intermittent and none of these") {
  Evidence e;
  e.handshakes(completed(), 1);
  e.add("standard again 2", "handshake").tls = rst();
  e.add("standard again 3", "handshake").tls = rst();
  e.hello("modern", rst()).hello("wide", answered()).hello("tls1.2", answered());
  std::string got = shown(e);
  CHECK(got.find("connection-intermittent") == 0);
  for (auto id : {"certificate-key-unusable", "tls-version-mismatch", "tls-cipher-mismatch", "reset-in-path",
                  "tls-stalled"}) {
    CHECK(got.find(id) == std::string::npos);
  }
}

TEST_CASE("ClientHellos that get silence are stalled, not refused") {
  Evidence e;
  e.handshakes(silent());
  CHECK(shown(e).find("tls-stalled possible") == 0);
  e.hello("small", silent()).hello("tls1.2", silent()).hello("modern", silent());
  CHECK(shown(e).find("tls-stalled likely") == 0);
  CHECK(ruled_out(e, "certificate-key-unusable"));
  CHECK(ruled_out(e, "reset-in-path"));
}

TEST_CASE("a small ClientHello that passes where others are lost tells that size matters") {
  Evidence e;
  e.handshakes(silent()).hello("small", answered()).hello("modern", silent());
  Diagnosis d = diagnose(e.file);
  auto stalled =
      std::find_if(d.causes.begin(), d.causes.end(), [](auto& r) { return r.cause->id == "tls-stalled"; });
  REQUIRE(stalled != d.causes.end());
  CHECK(stalled->found.certainty == Certainty::likely);
  CHECK(stalled->found.evidence.back().text.find("mtu-black-hole") != std::string::npos);
}

TEST_CASE("a handshake that stops after the ServerHello is stalled half-way") {
  TlsFacts half = silent();
  half.server_hello_seen = true;
  half.bytes = 90;
  Evidence e;
  e.handshakes(half).hello("small", answered()).hello("tls1.2", answered()).hello("modern", answered());
  CHECK(shown(e).find("tls-stalled likely") != std::string::npos);
}

TEST_CASE("a host without TLS, a case without connections, and unfinished ones give none of these") {
  Evidence plain;
  plain.add("standard", "handshake").x224 = confirmed(0);
  CHECK(shown(plain).find("tls") == std::string::npos);
  CHECK(shown(plain).find("key") == std::string::npos);
  Evidence cut_short;
  cut_short.handshakes(rst());
  for (Connection& c : cut_short.file.connections) c.ending = Ending::unfinished;
  CHECK(shown(cut_short) == "");
  CaseFile only_complaint;
  only_complaint.complaint = {.code = 0x907, .extended = std::nullopt};
  CHECK(shown(only_complaint) == "certificate-untrusted likely");
}

TEST_CASE("values that no enum or table knows don't trouble the judges") {
  Evidence e;
  e.handshakes(alert(255)).hello("modern", answered(0x7F1C)).hello("from the future", alert(200));
  for (Connection& c : e.file.connections) {
    c.tls.outcome = c.number == 1 ? static_cast<TlsOutcome>(99) : c.tls.outcome;
    c.nla.outcome = static_cast<NlaOutcome>(77);
    c.nla.version = 0xFFFFFFFF;
  }
  CHECK_NOTHROW((void)shown(e));
}

}  // namespace
}  // namespace rdpdoctor::causes
