#include "formats/x509.h"

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/test_certificate.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;

namespace {

using Texts = std::vector<std::string>;

X509Facts facts_of(const test::CertificateWanted& wanted) {
  auto facts = read_x509(test::make_certificate(wanted).der);
  REQUIRE(facts.has_value());
  return *facts;
}

Bytes file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Every certificate in a file: PEM blocks, or the file itself as DER.
std::vector<Bytes> certificates_in(const std::filesystem::path& path) {
  Bytes content = file_bytes(path);
  if (path.extension() != ".pem") return {content};
  std::vector<Bytes> found;
  std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(content.data(), static_cast<int>(content.size())), BIO_free_all);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (PEM_read_bio(in.get(), &name, &header, &data, &size) == 1) {
    if (std::string(name) == "CERTIFICATE") found.emplace_back(data, data + size);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  return found;
}

// The folder of real certificates, or nothing after saying so.
std::optional<std::filesystem::path> corpora() {
  const char* folder = std::getenv("RDPDOCTOR_CORPORA");
  if (folder && std::filesystem::is_directory(folder)) return folder;
  MESSAGE("skipped: RDPDOCTOR_CORPORA does not name the folder of real certificates");
  return std::nullopt;
}

}  // namespace

TEST_CASE("the certificate that Windows makes for itself is read field by field") {
  X509Facts f = facts_of({});
  CHECK(f.subject == "CN=SRV-FIN-02");
  CHECK(f.issuer == f.subject);
  CHECK(f.subject_common_name == "SRV-FIN-02");
  CHECK(f.self_issued);
  CHECK_FALSE(f.is_ca);
  CHECK(f.dns_names.empty());
  CHECK(f.ip_addresses.empty());
  CHECK(to_rfc3339(f.not_before) == "2025-01-01T00:00:00Z");
  CHECK(to_rfc3339(f.not_after) == "2025-07-03T00:00:00Z");
  CHECK(f.key_type == "RSA");
  CHECK(f.key_bits == 2048);
  CHECK(f.signature_algorithm == "RSA-SHA256");
  CHECK(f.signature_hash == "SHA256");
  CHECK(f.has_extended_key_usage);
  CHECK(f.extended_key_usage == Texts{"1.3.6.1.5.5.7.3.1"});
  CHECK(f.key_usage == Texts{"keyEncipherment", "dataEncipherment"});
  CHECK(f.serial == "1a2b3c4d5e6f");
  CHECK(f.sha1_thumbprint.size() == 40);
  CHECK(f.sha256_thumbprint.size() == 64);
}

TEST_CASE("names, usages and key kinds of other certificates") {
  X509Facts f = facts_of({.key = "P-384",
                          .hash = "SHA384",
                          .not_after = "99991231235959Z",
                          .key_usage = "digitalSignature,keyCertSign,decipherOnly",
                          .extended_key_usage = "clientAuth,1.3.6.1.4.1.311.54.1.2",
                          .alternative_names =
                              "DNS:srv.corp.example,DNS:srv,IP:10.1.2.3,IP:2001:db8:0:0:1:0:0:1,IP:::1,"
                              "IP:fe80::,email:a@b.example",
                          .basic_constraints = "CA:TRUE"});
  CHECK(f.key_type == "EC");
  CHECK(f.key_bits == 384);
  CHECK(f.signature_algorithm == "ecdsa-with-SHA384");
  CHECK(f.signature_hash == "SHA384");
  CHECK(f.key_usage == Texts{"digitalSignature", "keyCertSign", "decipherOnly"});
  CHECK(f.extended_key_usage == Texts{"1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.54.1.2"});
  CHECK(f.dns_names == Texts{"srv.corp.example", "srv"});
  CHECK(f.ip_addresses == Texts{"10.1.2.3", "2001:db8::1:0:0:1", "::1", "fe80::"});
  CHECK(f.is_ca);
  CHECK(date_of(f.not_after) == "9999-12-31");
  X509Facts bare = facts_of({.key = "ed25519", .hash = "", .key_usage = "", .extended_key_usage = ""});
  CHECK(bare.key_type == "Ed25519");
  CHECK(bare.signature_hash.empty());
  CHECK_FALSE(bare.has_extended_key_usage);
  CHECK(bare.key_usage.empty());
}

TEST_CASE("weak hashes and keys are named") {
  CHECK(facts_of({.hash = "SHA1"}).signature_hash == "SHA1");
  CHECK(facts_of({.hash = "MD5"}).signature_hash == "MD5");
  CHECK(facts_of({.key = "rsa1024"}).key_bits == 1024);
}

TEST_CASE("hostile text in a name can not reach a terminal") {
  X509Facts f = facts_of({.common_name = std::string("a\x1b[2J\n,b\0c", 9)});
  for (const std::string& text : {f.subject, f.subject_common_name}) {
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find('\0') == std::string::npos);
    CHECK_FALSE(text.empty());
  }
  CHECK(facts_of({.common_name = "z\xc3\xbcrich"}).subject == "CN=z\xc3\xbcrich");
}

TEST_CASE("every truncation is an error and bytes after the end are ignored") {
  Bytes der = test::make_certificate().der;
  for (std::size_t n = 0; n < der.size(); ++n) {
    CHECK_FALSE(read_x509(View(der).first(n)).has_value());
  }
  auto alone = read_x509(der);
  der.push_back(0xff);
  auto with_tail = read_x509(der);
  REQUIRE(alone.has_value());
  REQUIRE(with_tail.has_value());
  CHECK(alone->sha256_thumbprint == with_tail->sha256_thumbprint);
}

TEST_CASE("a changed byte anywhere gives facts or an error, never a crash") {
  const Bytes der = test::make_certificate({.alternative_names = "DNS:a.example,IP:10.0.0.1"}).der;
  int read = 0;
  for (std::size_t at = 0; at < der.size(); ++at) {
    for (std::uint8_t flip : Bytes{0x01, 0x80, 0xff}) {
      Bytes changed = der;
      changed[at] ^= flip;
      if (read_x509(changed)) ++read;
    }
  }
  CHECK(read > 0);
  CHECK_FALSE(read_x509(Bytes(300 * 1024, 0x30)).has_value());
}

TEST_CASE("every real certificate parses") {
  auto folder = corpora();
  if (!folder) return;
  std::size_t count = 0;
  for (const char* part : {"certs-badssl", "certs-freerdp", "certs-from-pcaps"}) {
    for (const auto& entry : std::filesystem::directory_iterator(*folder / part)) {
      auto extension = entry.path().extension();
      if (extension != ".pem" && extension != ".der") continue;
      CAPTURE(entry.path().string());
      auto found = certificates_in(entry.path());
      CHECK_FALSE(found.empty());
      for (const Bytes& der : found) {
        auto facts = read_x509(der);
        REQUIRE(facts.has_value());
        CHECK(facts->not_before < facts->not_after);
        CHECK_FALSE(facts->key_type.empty());
        CHECK(facts->key_bits > 0);
        CHECK_FALSE(facts->signature_hash.empty());
        ++count;
      }
    }
  }
  CHECK(count >= 31);
}

TEST_CASE("real Windows certificates have the shape that is known as normal") {
  auto folder = corpora();
  if (!folder) return;
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder / "certs-from-pcaps")) {
    if (entry.path().extension() != ".der") continue;
    CAPTURE(entry.path().string());
    auto facts = read_x509(file_bytes(entry.path()));
    REQUIRE(facts.has_value());
    ++seen;
    CHECK(facts->self_issued);
    CHECK(facts->dns_names.empty());
    CHECK(facts->key_type == "RSA");
    CHECK(facts->key_bits == 2048);
    CHECK(facts->extended_key_usage == Texts{"1.3.6.1.5.5.7.3.1"});
    CHECK(facts->key_usage == Texts{"keyEncipherment", "dataEncipherment"});
    CHECK(facts->subject == "CN=" + facts->subject_common_name);
    bool old = facts->subject_common_name.starts_with("WIN2K8R2.");
    CHECK(facts->signature_hash == (old ? "SHA1" : "SHA256"));
    if (old) {
      CHECK(to_rfc3339(facts->not_after) == "2021-02-12T00:00:00Z");
      CHECK(facts->serial == "16ed2aa0495f259d4f5d99edada570d1");
    } else {
      CHECK(facts->not_after.ms - facts->not_before.ms == std::int64_t{183} * 24 * 3600 * 1000);
    }
  }
  CHECK(seen == 4);
}

TEST_CASE("real certificates of every signature kind and odd shape say what they are") {
  auto folder = corpora();
  if (!folder) return;
  auto facts = [&](const char* name) {
    auto found = certificates_in(*folder / name);
    REQUIRE_FALSE(found.empty());
    auto read = read_x509(found.front());
    REQUIRE(read.has_value());
    return *read;
  };
  CHECK(facts("certs-freerdp/rsa_pss_sha256_mgf1_sha384_cert.pem").signature_algorithm == "RSASSA-PSS");
  CHECK(facts("certs-freerdp/rsa_pss_sha256_mgf1_sha384_cert.pem").signature_hash == "SHA256");
  CHECK(facts("certs-freerdp/rsa_pss_sha512_cert.pem").signature_hash == "SHA512");
  CHECK(facts("certs-freerdp/ecdsa_sha1_cert.pem").signature_hash == "SHA1");
  CHECK(facts("certs-badssl/wildcard-rsa8192.pem").key_bits == 8192);
  CHECK(facts("certs-badssl/wildcard-ecc256.pem").key_type == "EC");
  CHECK(facts("certs-badssl/subdomain-1000-sans.pem").dns_names.size() == 1000);
  CHECK(facts("certs-badssl/subdomain-no-common-name.pem").subject_common_name.empty());
  CHECK(facts("certs-badssl/subdomain-no-subject.pem").subject.empty());
}
