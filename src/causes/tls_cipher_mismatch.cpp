// Judges whether the host shares no cipher suite or signature algorithm with a current client.
#include "causes/engine/hello_contrast.h"
#include "causes/engine/hello_filter.h"
#include "causes/engine/requests.h"
#include "causes/engine/tls_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint32_t tls12 = 0x0303;

// Suites that current clients have dropped: RC4, single and triple DES, NULL, export. By IANA name from a
// handshake, by number from a bare ServerHello (the ones the probe offers).
bool dropped_by_current_clients(std::string_view suite) {
  static constexpr std::string_view marks[] = {"RC4",    "3DES",   "DES_CBC", "NULL",   "EXPORT",
                                               "0x0004", "0x0005", "0x000A",  "0x0016", "0xC007",
                                               "0xC008", "0xC011", "0xC012"};
  for (std::string_view mark : marks) {
    if (suite.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

bool offers_everything(const Connection& c) {
  return c.asked.tls == "wide" || c.asked.tls == "handshake";
}

// What the host chose when it had every choice: named if a handshake tells it, else by number.
std::string chosen_suite(const Connections& answered) {
  std::string number;
  for (const Connection* c : answered) {
    if (c->tls.cipher.starts_with("TLS_")) return c->tls.cipher;
    if (number.empty()) number = c->tls.cipher;
  }
  return number;
}

EvidenceLine refused_line(const Connections& refused, std::string_view what) {
  return {source("tls", refused), fmt::format("{} is ended ({})", what, endings(refused))};
}

// One that failed once may have met an ill moment or an ill machine behind a balancer.
Certainty by_tries(const Connections& refused) {
  return refused.size() >= 2 ? Certainty::proven : Certainty::possible;
}

Found signatures_differ(const Connections& refused, const Connections& wider) {
  Found found{by_tries(refused),
              {},
              true,
              "The host signs TLS handshakes with SHA-1 only, which current clients don't accept.",
              {}};
  found.evidence.push_back(refused_line(refused, "a ClientHello without SHA-1 signatures"));
  found.evidence.push_back({source("tls", wider), "the same offer with SHA-1 gets a ServerHello"});
  return found;
}

// A key that the probe's ClientHellos, like Windows' own, offer no signature or curve for.
bool unusual_key(const evidence::Certificate& leaf) {
  return leaf.key_type != "RSA" && (leaf.key_type != "EC" || leaf.key_bits > 384);
}

// Only the TLS library's own longer lists pass: it knows signatures that Windows and the probe's offers lack.
Verdict library_only(const Connections& answered, const Connections& refused) {
  const evidence::Certificate* leaf = nullptr;
  for (const Connection* c : answered) {
    if (!c->tls.chain.empty()) leaf = &c->tls.chain.front();
  }
  bool unusual = leaf && unusual_key(*leaf);
  if (!unusual && any_of(refused, ended_without_word)) return needs(need::repeats);
  Found found{unusual && refused.size() >= 2 ? Certainty::likely : Certainty::possible,
              {},
              true,
              "The host accepts none of the signature algorithms and suites that Windows offers.",
              {}};
  found.evidence.push_back(refused_line(
      refused, "every ClientHello with the suites and signatures (RSA, ECDSA) of Windows clients"));
  found.evidence.push_back(
      {source("tls", answered), "a handshake that offers more passes" +
                                    (unusual ? ": the certificate's key is " + leaf->key_type : "")});
  return found;
}

Found suites_differ(const CaseFile& c, const Connections& refused, const Connections& answered,
                    const Connections& wider) {
  std::string suite = chosen_suite(wider.empty() ? answered : wider);
  bool dropped = dropped_by_current_clients(suite);
  Found found;
  found.certainty = wider.empty() ? Certainty::possible : by_tries(refused);
  found.explains = dropped || c.complaint.has_value();
  found.evidence.push_back(
      refused_line(refused, "an offer of current cipher suites only (ECDHE with AES-GCM or ChaCha20)"));
  found.evidence.push_back({source("tls", answered), suite.empty()
                                                         ? "wider offers get a ServerHello"
                                                         : "wider offers get a ServerHello with " + suite});
  bool suites_alone = hello_met(c, "no-sha1", Fate::answered);
  if (suites_alone) {
    found.headline = "The host accepts none of the current cipher suites.";
    found.evidence.push_back(
        {source("tls", *hello(c, "no-sha1")), "SHA-1 signatures play no part: without them it answers"});
  }
  if (!dropped) {
    found.evidence.push_back(
        {source("tls", refused),
         "clients that still offer AES-CBC or DHE, as Windows does by default, get through"});
  }
  return found;
}

// The host reads the offers and takes none: its certificate and the suites that it allows don't fit.
Found nothing_fits(const CaseFile& c, const Connections& cut) {
  Found found{
      Certainty::possible, {}, true, "The host shares no cipher suite that fits its certificate.", {}};
  found.evidence.push_back(
      {source("tls", cut), "every ClientHello is refused by the host's TLS (" + endings(cut) + ")"});
  if (const Connection* control = hello(c, "control"); control && control->tls.alert) {
    found.evidence.push_back(
        {source("tls", *control), "a record that is no ClientHello gets another answer (" +
                                      tls_ending_words(*control) + "): it reads what it is offered"});
  }
  found.evidence.push_back(
      {source("tls", cut), "it would be so with an RSA certificate and ECDSA suites only, for example"});
  return found;
}

Verdict none_answered(const CaseFile& c, const Connections& hellos) {
  Connections cut = with_fate(hellos, Fate::cut);
  if (cut.empty()) return excluded("no offer is refused: what came was " + endings(hellos));
  if (cut.size() == hellos.size() && all_ended_by_alert(cut, {71})) {
    return Found{Certainty::possible,
                 {{source("tls", cut), "the host wants stronger cipher suites (" + endings(cut) + ")"}},
                 true,
                 "",
                 {}};
  }
  if (weighs_offers(c, hellos)) return nothing_fits(c, cut);
  if (cut.size() == hellos.size() && all_of(cut, of_a_client) && all_ended_by_alert(cut, {40})) {
    return Found{Certainty::possible,
                 {{source("tls", cut), "the host answers what the client offers by " + endings(cut) +
                                           ": nothing in common, or a host that fails inside"}},
                 true,
                 "",
                 {}};
  }
  if (any_of(cut, offers_everything) && widest_offered(cut)) {
    return excluded("the widest offer (old suites, SHA-1, TLS 1.0 to 1.3) is ended like the narrow ones (" +
                    endings(cut) + ")");
  }
  return needs(need::repeats);
}

// "standard" is ended and others pass: it is the suites or signatures if those tell the two apart.
Verdict by_contrast(const CaseFile& c, const HelloContrast& contrast) {
  bool content = contrast.by == ContrastBy::suites || contrast.by == ContrastBy::signatures;
  if (fate(*contrast.failed.front()) != Fate::cut || !content)
    return excluded("what tells answered offers from others is not their suites or signatures");
  return Found{Certainty::possible, contrast_lines(c, contrast), true, contrast_headline(contrast), {}};
}

bool weak_signatures_offered(const Connection& c) {
  return c.asked.tls == "wide" || c.asked.tls == "tls1.2" || c.asked.tls == "handshake";
}

// "standard" passes: is it the narrow offer that fails, every time, and only such as lack the same?
Verdict narrow_refused(const CaseFile& c, const Connections& hellos, const Connections& answered) {
  Connections modern = of_offer(hellos, "modern");
  if (any_of(modern, [](const Connection& conn) { return fate(conn) == Fate::answered; })) {
    return excluded(
        fmt::format("an offer of current suites only gets a ServerHello ({})", source("tls", modern)));
  }
  if (!all_of(modern, [](const Connection& conn) { return fate(conn) == Fate::cut; }))
    return needs(need::repeats);
  std::uint32_t highest = highest_version(answered).value_or(0);
  if (highest < tls12) return excluded("the versions differ already, see tls-version-mismatch");
  Connections cut = with_fate(hellos, Fate::cut);
  bool only_the_library =
      all_of(answered, [](const Connection& conn) { return conn.asked.tls == "handshake"; });
  Connections wide_cut = of_offer(cut, "wide");
  if (only_the_library && !wide_cut.empty()) return library_only(answered, cut);
  Connections wider = filter(answered, offers_everything);
  // With the suites of "wide" and TLS 1.2, which the host speaks, it must have passed.
  if (!wide_cut.empty() || (highest == tls12 && !of_offer(cut, "tls1.2").empty()))
    return needs(need::repeats);
  Connections no_sha1 = of_offer(cut, "no-sha1");
  if (!no_sha1.empty() && any_of(answered, weak_signatures_offered)) {
    modern.insert(modern.end(), no_sha1.begin(), no_sha1.end());
    return signatures_differ(modern, filter(answered, weak_signatures_offered));
  }
  return suites_differ(c, modern, answered, wider);
}

Verdict judge(const CaseFile& c) {
  Connections hellos = whole_hellos(c);
  if (hellos.empty()) return no_hello_sent(c);
  if (split_at_tls(c)) return needs(need::repeats);
  Connections answered = with_fate(hellos, Fate::answered);
  if (answered.empty()) return none_answered(c, hellos);
  if (hello_filter_signs(c).split_answered)
    return excluded("an offer that is ended passes in two segments, so its suites suit the host");
  if (auto contrast = hello_contrast(c)) return by_contrast(c, *contrast);
  return narrow_refused(c, hellos, answered);
}

}  // namespace

Cause tls_cipher_mismatch() {
  return {
      .id = "tls-cipher-mismatch",
      .title = "The host shares no cipher suite or signature algorithm with a current client.",
      .stage = Stage::tls,
      .machine = Machine::host,
      .explanation =
          "Within one TLS version both sides must still agree on a cipher suite and on the algorithm that "
          "signs the handshake. A cipher list set by policy, hardening on one side only, a certificate key "
          "of a kind that the allowed suites don't use, or a host that can sign with SHA-1 only leave them "
          "with nothing in common. The host then ends the handshake by alert 40 or 71, or just resets.",
      .tell_apart =
          "Offer narrow and wide lists of the same version: if the wide one is answered and the narrow one "
          "ended, it is this; leaving out only SHA-1 tells signatures from suites. If the widest offer is "
          "ended too, think of certificate-key-unusable; if the versions differ, of tls-version-mismatch.",
      .advice =
          {"On the host, PowerShell, what it allows; an ECDHE suite with AES-GCM that fits the certificate's "
           "key must be there:   Get-TlsCipherSuite | Format-Table Name",
           "On the host, whether a policy sets the list:   reg query "
           "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002 /v Functions",
           "If so, note it down, then where the policy is made: Network > SSL Configuration Settings > SSL "
           "Cipher Suite Order: correct it, or Not configured.",
           "On the host, if it signs with SHA-1 only: update Windows, then have it make a new certificate, "
           "by the steps of:   rdpdoctor explain certificate-key-unusable",
           "On the host: restart it afterwards; the list is read at start."},
      .fixes = {"clear-cipher-policy", "restore-schannel-values"},
      .codes = {{"tls-alert", 40, Certainty::possible, "the host found nothing acceptable in the offer"},
                {"tls-alert", 71, Certainty::likely, "the alert says that stronger suites are wanted"},
                {"schannel", 0x80090331, Certainty::likely, "the two sides have no algorithm in common"},
                {"schannel", 0x80090326, Certainty::possible, "what Schannel makes of alert 40"},
                {"disconnect", 0x904, Certainty::possible,
                 "the client saw its socket closed on its ClientHello"},
                {"extended", 0x7, Certainty::possible,
                 "the client's word for a host that ends the connection early"},
                {"disconnect", 0x506, Certainty::possible, "no encryption method in common"},
                {"disconnect", 0xE06, Certainty::possible, "the host demands FIPS algorithms"},
                {"freerdp", 0x20008, Certainty::possible, "the TLS handshake failed"},
                {"freerdp", 0x2000D, Certainty::possible, "the connection broke off while it was set up"}},
      .events = {{"Schannel", 36874, "", Certainty::likely,
                  "none of the cipher suites that were offered is one of the host", EventWeight::joined},
                 {"Schannel", 36888, "AlertDesc=40", Certainty::possible,
                  "the host found nothing in common to go on with", EventWeight::joined}},
      .signs = {{"openssl-cipher", Certainty::likely, "OpenSSL refuses the host's algorithms"},
                {"event-36874", Certainty::likely, "the host's log says that no cipher suite is shared"},
                {"mstsc-fips", Certainty::possible, "the host demands FIPS algorithms"},
                {"mstsc-common-algorithm", Certainty::possible, "no common TLS version or cipher suite"},
                {"tls-handshake-failed", Certainty::possible, "the TLS handshake failed"},
                {"xrdp-tls-accept", Certainty::possible, "the handshake failed on xrdp's side"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
