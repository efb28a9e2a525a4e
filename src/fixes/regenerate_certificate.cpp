// Has Windows make Remote Desktop's own certificate anew: its entry in the store goes, its key's file is set
// aside.
#include <algorithm>

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/listener_key.h"
#include "fmt/core.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

using evidence::Certificate;
using evidence::Connection;
using evidence::TlsOutcome;

constexpr std::string_view server_authentication = "1.3.6.1.5.5.7.3.1", any_usage = "2.5.29.37.0";
constexpr int least_rsa_bits = 2048;

// The machine's clock, else when it was last seen, else when it was read.
Instant best_clock(Planner& p) {
  if (!p.blind()) {
    const Reading<Instant> clock = p.host().clock();
    if (clock.get()) return clock.value;
  }
  const evidence::HostFacts* facts = p.facts();
  if (facts && facts->system.clock.get()) return *facts->system.clock.get();
  Instant last{};
  for (const evidence::SourceRead& read : p.evidence().sources)
    if (read.last && last < *read.last) last = *read.last;
  if (last.ms != 0) return last;
  return facts ? facts->read_at : p.evidence().run.started;
}

std::string bad_by_content(const Certificate& c, Instant now) {
  if (now.ms != 0 && c.not_after < now) return "it has expired";
  if (now.ms != 0 && now < c.not_before) return "it is not valid yet";
  const bool rsa = c.key_type.starts_with("RSA");
  if (!rsa && c.key_type != "EC") return fmt::format("its key is of the type {}", printable(c.key_type, 20));
  if (rsa && 0 < c.key_bits && c.key_bits < least_rsa_bits)
    return fmt::format("its key has {} bits only", c.key_bits);
  if (equal_ignoring_case(c.signature_hash, "MD5") || equal_ignoring_case(c.signature_hash, "SHA1"))
    return "its signature is outdated";
  const bool serves =
      !c.has_extended_key_usage || std::ranges::any_of(c.extended_key_usage, [](const auto& use) {
        return use == server_authentication || use == any_usage;
      });
  return serves ? "" : "it is not meant for servers";
}

// What services lack of reading the key's file.
std::string bad_by_access(Planner& p, const ListenerKey& key) {
  const evidence::HostFacts* facts = p.facts();
  if (p.blind()) {
    const auto* access = facts ? facts->certificate.of_self_signed.key_access.get() : nullptr;
    return access && (access->network_service_lacks | access->system_lacks) != 0 ? "its key can't be read"
                                                                                 : "";
  }
  const auto security = p.host().file_security(key.file);
  if (!security.get()) {
    p.refuse(fmt::format("the access list of {} can't be read: {}", printable(key.file), security.why));
    return "";
  }
  const auto lacks = [&](const std::vector<std::string>& token) {
    return formats::rights_missing(security.value, token, formats::file_generic_read) != 0;
  };
  if (lacks(formats::network_service_token("TermService"))) return "NETWORK SERVICE can't read its key";
  return lacks(formats::local_system_token()) ? "SYSTEM can't read its key" : "";
}

std::string bad_by_key(Planner& p, const ListenerKey& key) {
  if (key.container.empty()) return "it has no private key";
  if (key.file.empty()) {
    p.refuse(fmt::format("where the private key of {} lies can't be told, nor whether it is whole",
                         certificate_words(key)));
    return "";
  }
  if (!key.file_there) return "its key's file is not there";
  if (key.size == 0) return "its key's file is empty";
  return bad_by_access(p, key);
}

// Every handshake that was begun ended before the host's ServerHello, or the host said that it has no
// certificate: SSL_CERT_NOT_ON_SERVER, [MS-RDPBCGR] 2.2.1.2.2.
std::string bad_by_wire(const evidence::CaseFile& c) {
  bool ended = false;
  for (const Connection& connection : c.connections) {
    if (connection.x224.failure_code == 3U) return "the host says that it has no certificate";
    const TlsOutcome outcome = connection.tls.outcome;
    if (connection.tls.server_hello_seen || outcome == TlsOutcome::completed ||
        outcome == TlsOutcome::server_hello)
      return "";
    if (outcome == TlsOutcome::alert || outcome == TlsOutcome::closed || outcome == TlsOutcome::reset)
      ended = true;
  }
  return ended ? "the host ends every TLS handshake before its ServerHello" : "";
}

// Why a new one is wanted; "" nothing speaks for it.
std::string why_bad(Planner& p, const ListenerKey& key) {
  if (key.entry.empty()) {  // left over: only what keeps Windows from making its successor counts
    if (key.size == 0) return "an empty key file is left over";
    return bad_by_access(p, key).empty() ? "" : "a key file that can't be read is left over";
  }
  if (!key.certificate) return "it is damaged";
  std::string why = bad_by_content(*key.certificate, best_clock(p));
  if (why.empty()) why = bad_by_key(p, key);
  if (why.empty() && !p.refused()) why = bad_by_wire(p.evidence());
  return why;
}

bool is_own(Planner& p, const ListenerKey& key) {
  if (key.pinned) {
    p.refuse(
        fmt::format("the listener uses {} (SSLCertificateSHA1Hash): renew and bind that one, or "
                    "clear-certificate-binding",
                    certificate_words(key)));
    return false;
  }
  const bool in_own_store =
      key.entry.empty() || host::same_name(host::parent_of(key.entry), own_store_entries);
  if (!in_own_store)
    p.refuse(fmt::format("the certificate is not in Remote Desktop's own store, and stays: {}",
                         printable(key.entry)));
  return in_own_store;
}

void restart_services(Planner& p) {
  constexpr std::string_view on_disk = "Windows makes the new certificate, with a new key, when it starts";
  p.control("SessionEnv", host::ServiceAction::restart, on_disk);
  p.control("TermService", host::ServiceAction::restart, on_disk);
}

void replace(Planner& p, const ListenerKey& key, const std::string& why) {
  if (!key.entry.empty())
    p.remove_key(key.entry, fmt::format("{} is removed: {}", certificate_words(key), why));
  if (key.file_there && is_remote_desktop_container(key.container)) {
    p.set_aside(key.file, fmt::format("the file of its key, container {}, is set aside", key.container));
  } else if (key.file_there) {
    p.note(fmt::format("its key is in the container {}, which is not one of Remote Desktop's own: it stays",
                       printable(key.container, 60)));
  }
  if (!p.refused()) restart_services(p);
}

void advise_by_hand(Planner& p) {
  p.note("which certificate it is can be told only on the machine");
  p.advise(
      "On the host, PowerShell as administrator, keep a copy of the store:   reg export "
      "\"HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\" C:\\rdp-store.reg");
  p.advise(
      "On the host, PowerShell, which one it is, note the thumbprint:   dir \"Cert:\\LocalMachine\\Remote "
      "Desktop\"");
  p.advise(
      "From the host's console, as it ends sessions (undo: reg import C:\\rdp-store.reg):   Remove-Item "
      "\"Cert:\\LocalMachine\\Remote Desktop\\THUMBPRINT\"; Restart-Service SessionEnv; Restart-Service "
      "TermService -Force");
}

void plan(Planner& p) {
  if (p.blind() && !p.facts()) return advise_by_hand(p);
  const auto key = listener_key(p);
  if (p.refused()) return;
  if (!key) {
    p.note("there is no certificate of Remote Desktop's own to be removed");
    return restart_services(p);
  }
  if (!is_own(p, *key)) return;
  const std::string why = why_bad(p, *key);
  if (p.refused()) return;
  if (!why.empty()) return replace(p, *key, why);
  if (key->entry.empty()) return restart_services(p);
  p.note(fmt::format("{} is valid until {} and its key can be read", certificate_words(*key),
                     to_rfc3339(key->certificate->not_after)));
}

}  // namespace

Fix regenerate_certificate() {
  return {
      .id = "regenerate-certificate",
      .title = "Windows makes Remote Desktop's own certificate anew.",
      .explanation =
          "Removes the one certificate that the listener made for itself from its store \"Remote Desktop\", "
          "and "
          "sets the file of its own key container (TSSecKeySet1 to 9) aside; then Windows makes both anew "
          "when "
          "the services start. Only a certificate that is expired, damaged, weak or without a key that can "
          "be "
          "read is replaced, or one with which every handshake fails. Certificates of other stores, the "
          "folder "
          "MachineKeys and the keys of other programs are not touched. Clients that remembered the old "
          "certificate ask once about the new one. It does not help where SSLCertificateSHA1Hash chooses "
          "another certificate.",
      .side = Side::host,
      .risk = Risk::medium,
      .interrupts = "ends all sessions of this host, yours too, when TermService restarts",
      .takes_effect = "when the services start again; on a disk when Windows starts",
      .verified_by = "the certificate or key cause is no longer found, and a new certificate is shown",
      .article = "delete the RDP certificate and restart Remote Desktop Services",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
