#include "fixes/engine/listener_key.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "fmt/core.h"
#include "formats/certificate_blob.h"
#include "formats/key_container.h"
#include "formats/x509_as.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view cryptography = R"(HKLM\SOFTWARE\Microsoft\Cryptography)";
// A store is what all three hold: the machine's own, a policy's, the enterprise's.
constexpr std::string_view store_roots[] = {R"(HKLM\SOFTWARE\Microsoft\SystemCertificates)",
                                            R"(HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates)",
                                            R"(HKLM\SOFTWARE\Microsoft\EnterpriseCertificates)"};
constexpr std::string_view default_store = "Remote Desktop";
constexpr std::size_t sha1_size = 20;

std::string upper(std::string text) {
  for (char& c : text)
    if ('a' <= c && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// What MachineGuid is made of. Anything else would lead out of the folder of keys.
bool is_guid(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || is_letter(c) || c == '-' || c == '{' || c == '}';
  });
}

// "…\Microsoft\Crypto\RSA\MachineKeys\<32 hex digits>_<MachineGuid>".
bool is_key_file(const std::string& path) {
  const std::string name = host::last_part(path), folder = host::folded(host::parent_of(path));
  const bool in_keys = folder.ends_with('\\' + host::folded(formats::csp_machine_keys)) ||
                       folder.ends_with('\\' + host::folded(formats::cng_machine_keys));
  const std::string_view view = name;
  constexpr std::size_t hash_size = 32;
  return in_keys && hash_size < view.size() && std::ranges::all_of(view.substr(0, hash_size), is_hex) &&
         view[hash_size] == '_' && is_guid(view.substr(hash_size + 1));
}

// What the machine itself says.
class Lookup {
 public:
  explicit Lookup(Planner& p) : p_(p), host_(p.host()) {}

  std::optional<ListenerKey> find() {
    const Reading<std::string> pinned = thumbprint(rdp_tcp, "SSLCertificateSHA1Hash");
    if (p_.refused()) return std::nullopt;
    if (pinned.get()) {
      auto found = in_store("MY", *pinned.get());
      // Without it, or without a key, Windows falls back to its own: events 1051 and 1055.
      if (p_.refused()) return std::nullopt;
      if (found && !found->container.empty()) {
        found->pinned = true;
        return found;
      }
    }
    return own();
  }

  // "AF3E25…"; absent where none is named.
  Reading<std::string> thumbprint(std::string_view key, std::string_view name) {
    const Reading<Bytes> bytes = host::as_bytes(host_.value(key, name));
    if (!known(bytes, host::value_source(host_, key, name))) return {bytes.state, "", bytes.why};
    const bool names_one = bytes.value.size() == sha1_size &&
                           std::ranges::any_of(bytes.value, [](std::uint8_t byte) { return byte != 0; });
    if (!names_one) return Reading<std::string>::absent();
    return Reading<std::string>::present(thumbprint_of(bytes.value));
  }

 private:
  template <class T>
  bool known(const Reading<T>& reading, const std::string& what) {
    if (reading.state == Presence::unreadable || reading.state == Presence::not_looked) {
      p_.refuse(fmt::format("{} can't be read: {}", printable(what), reading.why));
      return false;
    }
    return reading.get() != nullptr;
  }

  std::optional<ListenerKey> own() {
    const auto named = p_.text_of(stations, "SelfSignedCertStore");
    const auto certificate = thumbprint(stations, "SelfSignedCertificate");
    if (p_.refused()) return std::nullopt;
    const std::string store = named.get() && !named.value.empty() ? named.value : std::string(default_store);
    std::optional<ListenerKey> found;
    if (certificate.get()) {
      found = in_store(store, certificate.value);
    } else if (host_.value(stations, "SelfSignedCertificate").state == Presence::absent) {
      found = the_only_one(store);
    }
    if (found || p_.refused()) return found;
    ListenerKey leftover;
    guess_container(leftover);
    return leftover.file_there ? std::optional(leftover) : std::nullopt;
  }

  // Where no value names one, that of the store which has no other.
  std::optional<ListenerKey> the_only_one(const std::string& store) {
    const std::string key = fmt::format("{}\\{}\\Certificates", store_roots[0], store);
    const std::vector<std::string> all = p_.subkeys(key);
    return all.size() == 1 ? in_store(store, all.front()) : std::nullopt;
  }

  std::optional<ListenerKey> in_store(const std::string& store, const std::string& thumbprint) {
    for (const std::string& entry : certificate_entries(store, thumbprint)) {
      ListenerKey found{.entry = entry};
      const Reading<Bytes> blob = host::as_bytes(host_.value(found.entry, "Blob"));
      if (known(blob, host::value_source(host_, found.entry, "Blob"))) {
        read_blob(blob.value, store, found);
        return found;
      }
      if (p_.refused()) return std::nullopt;
    }
    return std::nullopt;
  }

  void read_blob(const Bytes& bytes, const std::string& store, ListenerKey& key) {
    const auto blob = formats::decode_certificate_blob(bytes);
    if (!blob) return;
    const auto facts = formats::read_x509(blob->certificate);
    if (!facts) return;
    key.certificate = formats::x509_as<evidence::Certificate>(*facts);
    if (blob->key) {
      key.container = blob->key->container;
      const auto kind = blob->key->type == 0 ? formats::KeyStore::cng : formats::KeyStore::csp;
      read_file(kind, key);
    } else if (!blob->key_problem.empty()) {
      key.container = "?";  // it has one, which can't be told
    } else if (store != "MY") {
      guess_container(key);
    }
  }

  void guess_container(ListenerKey& key) {
    for (const std::string_view name : formats::remote_desktop_containers) {
      ListenerKey with = key;
      with.container = name;
      read_file(formats::KeyStore::csp, with);
      if (p_.refused()) return;
      if (!with.file_there) continue;
      key = with;
      return;
    }
  }

  void read_file(formats::KeyStore kind, ListenerKey& key) {
    const std::string name = formats::key_file_hash(key.container, kind);
    const auto guid = p_.text_of(cryptography, "MachineGuid");
    if (name.empty() || !guid.get()) return;
    if (!is_guid(guid.value))
      return p_.refuse("MachineGuid of the registry is no GUID: " + printable(guid.value, 60));
    const std::string_view folder =
        kind == formats::KeyStore::cng ? formats::cng_machine_keys : formats::csp_machine_keys;
    key.file =
        host::under(host::under(host::program_data(host_), folder), fmt::format("{}_{}", name, guid.value));
    const Reading<host::FileInfo> info = host_.file(key.file);
    if (!known(info, key.file)) return;
    if (info.value.is_folder || info.value.is_link)
      return p_.refuse(fmt::format("{} is no plain file", printable(key.file)));
    key.file_there = true;
    key.size = info.value.size;
  }

  Planner& p_;
  host::Host& host_;
};

std::optional<ListenerKey> told(const evidence::HostCertificate& certificate, bool pinned,
                                const std::string& thumbprint) {
  ListenerKey key{.pinned = pinned};
  if (is_key_file(certificate.key_size.source)) key.file = certificate.key_size.source;
  if (const auto* has = certificate.certificate.get()) key.certificate = *has;
  if (const auto* container = certificate.container.get()) key.container = container->name;
  if (const auto* size = certificate.key_size.get()) {
    key.file_there = true;
    key.size = *size;
  }
  if (key.certificate)
    key.entry = certificate_entries(
        certificate.store,
        upper(key.certificate->sha1_thumbprint.empty() ? thumbprint : key.certificate->sha1_thumbprint))[0];
  if (!key.certificate && !key.file_there) return std::nullopt;
  return key;
}

std::optional<ListenerKey> of_inspection(const evidence::CertificateFacts& facts) {
  const auto& chosen = facts.of_pinned;
  if (chosen.certificate.get() && chosen.container.is.state != Presence::absent)
    return told(chosen, true, facts.pinned.is.value);
  return told(facts.of_self_signed, false, facts.self_signed.is.value);
}

}  // namespace

std::optional<ListenerKey> listener_key(Planner& p) {
  if (!p.blind()) return Lookup(p).find();
  return p.facts() ? of_inspection(p.facts()->certificate) : std::nullopt;
}

bool chooses_certificate(Planner& p) {
  if (!p.blind()) return Lookup(p).thumbprint(rdp_tcp, "SSLCertificateSHA1Hash").get() != nullptr;
  const std::string* pinned = p.facts() ? p.facts()->certificate.pinned.get() : nullptr;
  return pinned && pinned->find_first_not_of('0') != std::string::npos;
}

std::array<std::string, 3> certificate_entries(std::string_view store, std::string_view thumbprint) {
  auto in = [&](std::string_view root) {
    return fmt::format("{}\\{}\\Certificates\\{}", root, store, thumbprint);
  };
  return {in(store_roots[0]), in(store_roots[1]), in(store_roots[2])};
}

std::string thumbprint_of(View hash) {
  return upper(hex(hash));
}

bool is_remote_desktop_container(std::string_view name) {
  return std::ranges::any_of(formats::remote_desktop_containers,
                             [&](std::string_view own) { return equal_ignoring_case(own, name); });
}

std::string certificate_words(const ListenerKey& key) {
  std::string whose = key.pinned ? "the chosen certificate" : "Remote Desktop's own certificate";
  if (!key.certificate) return whose;
  return fmt::format("{} {}", whose, printable(key.certificate->subject, 100));
}

}  // namespace rdpdoctor::fixes
