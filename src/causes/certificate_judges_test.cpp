// The judges of certificates, over tables of what a certificate may say.
#include <doctest/doctest.h>

#include <algorithm>

#include "causes/engine/inspection_products.h"
#include "support/probe_evidence.h"

namespace rdpdoctor::causes {
namespace {

using namespace test;

TEST_CASE("Windows' own certificate and its like raise nothing") {
  CHECK(shown(Evidence().handshakes(completed(), 1)) == "");
  CHECK(shown(Evidence("srv.corp.example").handshakes(completed(), 1)) == "");
}

TEST_CASE("a certificate's dates are judged by both clocks") {
  evidence::Certificate leaf = windows_certificate();
  leaf.not_after = {now_ms - 30 * day_ms};
  leaf.not_before = {now_ms - 213 * day_ms};
  CHECK(shown(Evidence().handshakes(completed(leaf), 1)) == "certificate-expired proven");
  Evidence agrees;
  agrees.handshakes(completed(leaf), 1).file.connections[0].nla = challenge(0);
  CHECK(shown(agrees) == "certificate-expired proven");
  Evidence differs;
  differs.handshakes(completed(leaf), 1).file.connections[0].nla = challenge(-40 * day_ms);
  CHECK(shown(differs) == "certificate-expired likely, clock-skew proven (not)");
  leaf.not_before = {now_ms + 10 * day_ms};
  leaf.not_after = {now_ms + 193 * day_ms};
  CHECK(shown(Evidence().handshakes(completed(leaf), 1)) == "certificate-not-yet-valid proven");
  leaf.not_before = {now_ms + 60 * 1000};
  CHECK(shown(Evidence().handshakes(completed(leaf), 1)) == "");
}

TEST_CASE("an expired certificate does not explain a closed socket, but does explain a code that says so") {
  evidence::Certificate leaf = windows_certificate();
  leaf.not_after = {now_ms - day_ms};
  Evidence e;
  e.handshakes(completed(leaf), 1);
  e.file.complaint = {.code = 0x904, .extended = 0x7};
  CHECK(shown(e) == "certificate-expired proven (not)");
  e.file.complaint = {.code = 0x1B07, .extended = std::nullopt};
  CHECK(shown(e).find("certificate-expired proven") == 0);
  CHECK(shown(e).find("(not)") == std::string::npos);
}

TEST_CASE("weak keys and signatures degrade a host") {
  auto with = [](std::string type, int bits, std::string hash) {
    evidence::Certificate leaf = windows_certificate();
    leaf.key_type = std::move(type);
    leaf.key_bits = bits;
    leaf.signature_hash = std::move(hash);
    return shown(Evidence().handshakes(completed(leaf), 1));
  };
  CHECK(with("RSA", 1024, "SHA256") == "certificate-weak proven (not)");
  CHECK(with("RSA", 2048, "SHA1") == "certificate-weak proven (not)");
  CHECK(with("RSA", 2048, "MD5") == "certificate-weak proven (not)");
  CHECK(with("RSA", 2047, "SHA256") == "certificate-weak proven (not)");
  CHECK(with("EC", 256, "SHA384") == "");
  CHECK(with("Ed25519", 256, "") == "");
  CHECK(with("1.2.3.4", 0, "") == "");
}

TEST_CASE("the extended key usage must allow a server, Remote Desktop, or anything") {
  auto with = [](bool present, std::vector<std::string> oids) {
    evidence::Certificate leaf = windows_certificate();
    leaf.has_extended_key_usage = present;
    leaf.extended_key_usage = std::move(oids);
    return shown(Evidence().handshakes(completed(leaf), 1));
  };
  CHECK(with(true, {"1.3.6.1.5.5.7.3.2"}) == "certificate-wrong-usage proven");
  CHECK(with(true, {"1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.54.1.2"}) == "");
  CHECK(with(true, {"2.5.29.37.0"}) == "");
  CHECK(with(false, {}) == "");
  CHECK(with(true, {}) == "");
}

TEST_CASE("names are compared only for a certificate of an authority and a host asked by name") {
  auto with = [](std::string asked, std::vector<std::string> san, std::string cn) {
    evidence::Certificate leaf = windows_certificate();
    leaf.self_issued = false;
    leaf.issuer = "CN=Example Issuing CA";
    leaf.common_name = std::move(cn);
    leaf.dns_names = std::move(san);
    return shown(Evidence(std::move(asked)).handshakes(completed(leaf), 1));
  };
  CHECK(with("fin.corp.example", {"fin.corp.example"}, "") == "");
  CHECK(with("FIN.corp.example.", {"fin.CORP.example"}, "") == "");
  CHECK(with("fin.corp.example", {"*.corp.example"}, "") == "");
  CHECK(with("fin", {}, "fin.corp.example") == "");
  CHECK(with("10.0.0.5", {"fin.corp.example"}, "") == "");
  CHECK(with("fin.corp.example", {}, "") == "");
  CHECK(with("fin.corp.example", {"rds.corp.example"}, "rds") == "certificate-name-mismatch proven (not)");
  CHECK(with("a.fin.corp.example", {"*.corp.example"}, "") == "certificate-name-mismatch proven (not)");
  CHECK(with("corp.example", {"*.corp.example"}, "") == "certificate-name-mismatch proven (not)");
}

TEST_CASE("a name that stands in both the common name and the alternative names is told once") {
  evidence::Certificate leaf = windows_certificate();
  leaf.self_issued = false;
  leaf.common_name = "rds.corp.example";
  leaf.dns_names = {"RDS.corp.example", "rds2.corp.example", "rds2.corp.example"};
  Evidence e("fin.corp.example");
  e.handshakes(completed(leaf), 1);
  CHECK(diagnose(e.file).causes.at(0).found.evidence.at(0).text ==
        "\"fin.corp.example\" was asked for, the certificate is for RDS.corp.example, rds2.corp.example");
}

TEST_CASE("an issuer that names an inspection product is an interception, a host of such a name is not") {
  evidence::Certificate leaf = windows_certificate();
  leaf.subject = leaf.issuer = "CN=FORTIGATE-TEST";
  CHECK(shown(Evidence().handshakes(completed(leaf), 1)) == "");
  leaf.self_issued = false;
  leaf.subject = "CN=SRV-FIN-02";
  leaf.issuer = "CN=FGT60F, O=Fortinet";
  Evidence e;
  e.handshakes(completed(leaf), 1);
  CHECK(shown(e) == "tls-intercepted likely");
  CHECK(diagnose(e.file).causes[0].found.headline.find("FortiGate") != std::string::npos);
  leaf.issuer = "CN=Symantec Class 3 Secure Server CA - G4, O=Symantec Corporation";
  CHECK(shown(Evidence().handshakes(completed(leaf), 1)) == "");
}

TEST_CASE("fragments of inspection products are in lower case and long enough to be telling") {
  for (const InspectionProduct& p : inspection_products) {
    CHECK(p.fragment.size() >= 5);
    CHECK(std::none_of(p.fragment.begin(), p.fragment.end(), [](char ch) { return 'A' <= ch && ch <= 'Z'; }));
    CHECK_FALSE(p.product.empty());
  }
}

}  // namespace
}  // namespace rdpdoctor::causes
