// X.509 with OpenSSL: RFC 5280 4.1 and 4.2. Every text in a certificate was chosen by the other side, so it
// leaves here only through printable().
#include "formats/x509.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include "base/ip_text.h"
#include "base/release.h"
#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Release<BIO_free_all>>;
using BitsPtr = std::unique_ptr<ASN1_BIT_STRING, Release<ASN1_BIT_STRING_free>>;
using UsagesPtr = std::unique_ptr<EXTENDED_KEY_USAGE, Release<EXTENDED_KEY_USAGE_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;
using ConstraintsPtr = std::unique_ptr<BASIC_CONSTRAINTS, Release<BASIC_CONSTRAINTS_free>>;

constexpr std::size_t largest_certificate = std::size_t{256} * 1024;
constexpr std::size_t longest_name = 1024;
constexpr std::size_t longest_serial = 64;  // RFC 5280 4.1.2.2 allows 20

View bytes_of(const ASN1_STRING* text) {
  if (!text || ASN1_STRING_length(text) <= 0) return {};
  return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string dotted_oid(const ASN1_OBJECT* object) {
  std::array<char, 128> text{};
  int size = object ? OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1) : 0;
  return size > 0 ? printable(text.data()) : "";
}

// RFC 4514 order (most specific first) with ", " between, characters beyond ASCII as they are.
std::string name_text(const X509_NAME* name) {
  BioPtr out(BIO_new(BIO_s_mem()));
  constexpr unsigned long flags = (ASN1_STRFLGS_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) |
                                  XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN |
                                  XN_FLAG_DUMP_UNKNOWN_FIELDS;
  if (!out || X509_NAME_print_ex(out.get(), name, 0, flags) < 0) return {};
  char* data = nullptr;
  long size = BIO_get_mem_data(out.get(), &data);
  if (size <= 0) return {};
  return printable(std::string_view(data, static_cast<std::size_t>(size)), longest_name);
}

std::string common_name(const X509_NAME* name) {
  int last = -1;  // the most specific one, if there are several
  for (int i = -1; (i = X509_NAME_get_index_by_NID(name, NID_commonName, i)) >= 0;) last = i;
  if (last < 0) return {};
  unsigned char* utf8 = nullptr;
  int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
  if (size < 0) return {};
  std::string text = printable(View(utf8, static_cast<std::size_t>(size)), longest_name);
  OPENSSL_free(utf8);
  return text;
}

bool read_instant(const ASN1_TIME* time, Instant& into) {
  std::tm civil{};
  if (!time || ASN1_TIME_to_tm(time, &civil) != 1) return false;
  into = from_civil(civil.tm_year + 1900, civil.tm_mon + 1, civil.tm_mday, civil.tm_hour, civil.tm_min,
                    civil.tm_sec);
  return true;
}

void read_alternative_names(const X509* x, X509Facts& facts) {
  NamesPtr names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) facts.dns_names.push_back(printable(bytes_of(name->d.dNSName), longest_name));
    if (name->type == GEN_IPADD) facts.ip_addresses.push_back(ip_text(bytes_of(name->d.iPAddress)));
  }
}

void read_usage(const X509* x, X509Facts& facts) {
  static constexpr std::array<const char*, 9> names = {
      "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
      "keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly"};
  BitsPtr usage(static_cast<ASN1_BIT_STRING*>(X509_get_ext_d2i(x, NID_key_usage, nullptr, nullptr)));
  for (std::size_t i = 0; usage && i < names.size(); ++i) {
    if (ASN1_BIT_STRING_get_bit(usage.get(), static_cast<int>(i)) == 1)
      facts.key_usage.emplace_back(names[i]);
  }
  // Present but unreadable still restricts: it is not the same as no extension.
  facts.has_extended_key_usage = X509_get_ext_by_NID(x, NID_ext_key_usage, -1) >= 0;
  UsagesPtr extended(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(x, NID_ext_key_usage, nullptr, nullptr)));
  for (int i = 0; extended && i < sk_ASN1_OBJECT_num(extended.get()); ++i) {
    facts.extended_key_usage.push_back(dotted_oid(sk_ASN1_OBJECT_value(extended.get(), i)));
  }
  ConstraintsPtr basic(
      static_cast<BASIC_CONSTRAINTS*>(X509_get_ext_d2i(x, NID_basic_constraints, nullptr, nullptr)));
  facts.is_ca = basic && basic->ca != 0;
}

std::string key_type_name(const ASN1_OBJECT* algorithm) {
  switch (OBJ_obj2nid(algorithm)) {
    case NID_rsaEncryption: return "RSA";
    case NID_rsassaPss: return "RSA-PSS";
    case NID_X9_62_id_ecPublicKey: return "EC";
    case NID_dsa: return "DSA";
    case NID_ED25519: return "Ed25519";
    case NID_ED448: return "Ed448";
    default: return dotted_oid(algorithm);
  }
}

void read_key(const X509* x, X509Facts& facts) {
  ASN1_OBJECT* algorithm = nullptr;
  X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(x));
  facts.key_type = key_type_name(algorithm);
  const EVP_PKEY* key = X509_get0_pubkey(x);  // nothing for a type OpenSSL doesn't know
  if (key) facts.key_bits = EVP_PKEY_get_bits(key);
}

void read_signature(X509* x, X509Facts& facts) {
  int nid = X509_get_signature_nid(x);
  const X509_ALGOR* algorithm = X509_get0_tbs_sigalg(x);
  facts.signature_algorithm = nid == NID_undef ? dotted_oid(algorithm->algorithm) : OBJ_nid2sn(nid);
  int hash = NID_undef;
  if (X509_get_signature_info(x, &hash, nullptr, nullptr, nullptr) != 1) {
    OBJ_find_sigid_algs(nid, &hash, nullptr);
  }
  if (hash != NID_undef) facts.signature_hash = OBJ_nid2sn(hash);
}

std::string serial_text(const X509* x) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(x);
  View digits = bytes_of(serial);
  std::string text = hex(digits.first(std::min(digits.size(), longest_serial)));
  return ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER ? "-" + text : text;
}

std::string thumbprint(const X509* x, const EVP_MD* hash) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(x, hash, digest.data(), &size) != 1) return {};
  return hex(View(digest.data(), size));
}

void read_names(const X509* x, X509Facts& facts) {
  const X509_NAME* subject = X509_get_subject_name(x);
  const X509_NAME* issuer = X509_get_issuer_name(x);
  facts.subject = name_text(subject);
  facts.issuer = name_text(issuer);
  facts.subject_common_name = common_name(subject);
  facts.self_issued = X509_NAME_cmp(subject, issuer) == 0;
  read_alternative_names(x, facts);
}

}  // namespace

Decoded<X509Facts> read_x509(View der) {
  if (der.size() > largest_certificate) {
    return std::unexpected(DecodeError{"Certificate", 0, "over 256 KiB"});
  }
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);  // no file is opened for it
  const unsigned char* at = der.data();
  X509Ptr x(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!x) return std::unexpected(DecodeError{"Certificate", 0, "not an X.509 certificate in DER"});

  X509Facts facts;
  if (!read_instant(X509_get0_notBefore(x.get()), facts.not_before)) {
    return std::unexpected(DecodeError{"validity.notBefore", 0, "not a time"});
  }
  if (!read_instant(X509_get0_notAfter(x.get()), facts.not_after)) {
    return std::unexpected(DecodeError{"validity.notAfter", 0, "not a time"});
  }
  read_names(x.get(), facts);
  read_key(x.get(), facts);
  read_signature(x.get(), facts);
  read_usage(x.get(), facts);
  facts.serial = serial_text(x.get());
  facts.sha1_thumbprint = thumbprint(x.get(), EVP_sha1());
  facts.sha256_thumbprint = thumbprint(x.get(), EVP_sha256());
  ERR_clear_error();
  return facts;
}

}  // namespace rdpdoctor::formats
