#include "report/ordinary_words.h"

#include <unordered_set>

#include "base/text.h"
#include "causes/engine/cause.h"
#include "causes/engine/inspection_products.h"
#include "codes/registry.h"
#include "codes/signs.h"
#include "evidence/host_service_facts.h"
#include "evidence/windows_own.h"

namespace rdpdoctor::report {
namespace {

using Words = std::unordered_set<std::string>;

bool in_word(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' || c == '-';
}

// "ERRCONNECT_TLS_FAILED" and its parts.
void add(Words& words, std::string_view text) {
  std::string whole, part;
  auto end_part = [&] {
    if (!part.empty()) words.insert(part);
    part.clear();
  };
  for (char c : lower(text) + " ") {
    if (c == '-' || c == '_' || !in_word(c)) end_part();
    if (in_word(c)) {
      whole += c;
      if (c != '-' && c != '_') part += c;
    } else if (!whole.empty()) {
      words.insert(whole);
      whole.clear();
    }
  }
}

void add_codes(Words& words) {
  for (const codes::Family& family : codes::all_families()) {
    add(words, family.id), add(words, family.title), add(words, family.where);
    for (const codes::Code& code : family.codes) {
      add(words, code.name), add(words, code.meaning), add(words, code.not_that);
    }
  }
}

void add_signs(Words& words) {
  for (const codes::Sign& sign : codes::all_signs()) {
    add(words, sign.id), add(words, sign.meaning), add(words, sign.not_that), add(words, sign.where);
    for (const auto& alternative : sign.words) {
      for (std::string_view word : alternative) add(words, word);
    }
  }
}

void add_causes(Words& words) {
  for (const causes::Cause& cause : causes::all_causes()) {
    add(words, cause.id), add(words, cause.title), add(words, cause.explanation),
        add(words, cause.tell_apart);
    for (std::string_view step : cause.advice) add(words, step);
    for (const auto& fit : cause.codes) add(words, fit.why);
    for (const auto& fit : cause.events) add(words, fit.provider), add(words, fit.why);
    for (const auto& fit : cause.signs) add(words, fit.why);
  }
}

// What stands in certificates, logs and file names besides.
constexpr std::string_view besides =
    "cn o ou c l st dc e s emailaddress ca root issuing intermediate local localhost microsoft windows "
    "remote desktop "
    "self signed certificate evtx pcap pcapng cap gz zip log txt rdp xml json rdpcorets system security "
    "application "
    "operational admin client server host record capture export terminal services connection manager session "
    "x224 "
    "tpkt mcs gcc tls ssl nla credssp ntlm kerberos cookie mstshash request response confirm failure "
    "negotiation "
    "hybrid hybrid_ex rdstls rdsaad clienthello serverhello handshake alert bytes version true false yes no "
    "none null "
    "rdpdr rdpsnd cliprdr drdynvc encomsp rail rdpgfx snddbg svcctl tcp udp ipv4 ipv6 port address name user "
    "domain computer workstation";

// What an inspection reads that every Windows has alike.
constexpr std::string_view of_windows =
    "clean recovered dirty damaged missing unreadable replayed pages sequence numbers hive hives "
    "running stopped start stop pause continue pending paused controlset001 controlset002 controlset003 "
    "datacenter standard essentials pro professional enterprise education home ultimate workstations ltsc "
    "server 2008 r2 2012 2016 2019 2022 2025 winnt serverNT lanmanNT "
    "svchost exe dll sys termsrv rdpcorekmts rdpwsx rdpsa mstsc msrdc systemroot system32 syswow64 drivers k "
    "p "
    "programfiles programdata windir systemdrive networkservice localservice localsystem authority nt "
    "dcomlaunch "
    "netsvcs crypto rsa machinekeys keys users config "
    "credssp msv1_0 wdigest tspkg pku2u schannel cloudap livessp pwdssp "
    "ecdhe ecdsa dhe psk aes gcm cbc sha sha1 sha256 sha384 rc4 3des ede md5 null with chacha20 poly1305 des "
    "rc2 diffie-hellman ecdh pkcs ciphers hashes keyexchangealgorithms protocols "
    "domain private public allow block bypass in out any ethernet "
    "reg_dword reg_sz reg_expand_sz reg_multi_sz reg_binary reg_qword reg_none another type "
    "antivirus firewall antispyware generic password extended catalog entries "
    "msafd mswsock napinsp pnrpnsp nlaapi winrnr wshbth wshqos rsvpsp hyper-v raw tcpip rfcomm bluetooth "
    "mount shows one by ntfs-3g ntfs3 kernel access lists opens";

const Words& ordinary() {
  static const Words words = [] {
    Words all;
    add_codes(all);
    add_signs(all);
    add_causes(all);
    add(all, besides);
    add(all, of_windows);
    for (std::string_view name : evidence::inspected_services) add(all, name);
    for (std::string_view object : evidence::own_protocol_objects) add(all, object);
    return all;
  }();
  return words;
}

const Words& telling() {
  static const Words words = [] {
    Words all;
    for (const auto& product : causes::inspection_products) add(all, product.fragment);
    for (const causes::Cause& cause : causes::all_causes()) {
      for (const auto& fit : cause.events) add(all, fit.value);
    }
    add(all, "probe local");
    return all;
  }();
  return words;
}

}  // namespace

bool is_ordinary(const std::string& word) {
  return ordinary().contains(word) || telling().contains(word);
}

bool is_telling(const std::string& word) {
  return telling().contains(word);
}

}  // namespace rdpdoctor::report
