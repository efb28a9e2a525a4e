#include "inspect/key_file.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/key_container.h"
#include "host/files.h"
#include "inspect/readings.h"

namespace rdpdoctor::inspect {
namespace {

using evidence::AccessFacts;
using evidence::HostCertificate;
using evidence::KeyContainerFacts;

constexpr std::size_t most_others = 20;

// Where the files of keys of this kind lie, and what is in it.
struct Folder {
  std::string path;
  Reading<std::vector<std::string>> names;
};

Folder folder_of(host::Host& host, std::string_view below) {
  std::string path = host::under(host::program_data(host), below);
  return {path, host.folder(path)};
}

std::string denied_words(const formats::SecurityDescriptor& security, std::uint32_t wanted) {
  for (const auto& token : {formats::network_service_token("TermService"), formats::local_system_token()}) {
    const formats::AccessEntry* entry = formats::denied_by(security, token, wanted);
    if (entry) return fmt::format("deny 0x{:x} for {}", entry->mask, formats::account_name(entry->sid));
  }
  return "";
}

// Files of the container with another MachineGuid than this machine's.
std::vector<std::string> others(const Folder& folder, const std::string& hash, const std::string& own) {
  std::vector<std::string> out;
  if (!folder.names.get()) return out;
  const std::string begin = hash + '_';
  for (const std::string& name : *folder.names.get()) {
    if (!lower(name).starts_with(begin) || equal_ignoring_case(name, own)) continue;
    if (out.size() < most_others) out.push_back(name);
  }
  return out;
}

void read_file(host::Host& host, const std::string& path, HostCertificate& certificate) {
  Reading<host::FileInfo> info = host.file(path);
  certificate.key_size = {.is = {info.state, info.value.size, info.why}, .source = path};
  if (info.get() && (info.value.is_folder || info.value.is_link))
    certificate.key_size.is = Reading<std::uint64_t>::unreadable("it is no file");
  certificate.key_access.source = path;
  if (!info.get()) {
    certificate.key_access.is.state = info.state;
    certificate.key_access.is.why = info.why;
    return;
  }
  Reading<formats::SecurityDescriptor> security = host.file_security(path);
  certificate.key_access.is.state = security.state;
  certificate.key_access.is.why = security.why;
  if (security.get())
    certificate.key_access.is.value = access_facts(*security.get(), formats::file_generic_read);
}

void not_known(HostCertificate& certificate, const std::string& source, const std::string& why) {
  certificate.key_size = {.is = Reading<std::uint64_t>::unreadable(why), .source = source};
  certificate.key_access = {.is = Reading<AccessFacts>::unreadable(why), .source = source};
}

// Only Remote Desktop's own certificate has a container of these names; in a folder that can't be listed
// nothing is guessed.
void guess_container(host::Host& host, const std::string& guid, HostCertificate& certificate) {
  Folder folder = folder_of(host, formats::csp_machine_keys);
  if (!folder.names.get()) return;
  for (std::string_view name : formats::remote_desktop_containers) {
    std::string file = formats::key_file_hash(name, formats::KeyStore::csp) + '_' + guid;
    bool there = std::ranges::any_of(
        *folder.names.get(), [&](const std::string& have) { return equal_ignoring_case(have, file); });
    if (!there) continue;
    certificate.container.is =
        Reading<KeyContainerFacts>::present({.name = std::string(name), .provider_type = 1, .guessed = true});
    return;
  }
}

}  // namespace

AccessFacts access_facts(const formats::SecurityDescriptor& security, std::uint32_t wanted) {
  AccessFacts facts{.sddl = formats::to_sddl(security),
                    .owner = security.owner.empty() ? "" : formats::account_name(security.owner),
                    .network_service_lacks = formats::rights_missing(
                        security, formats::network_service_token("TermService"), wanted),
                    .system_lacks = formats::rights_missing(security, formats::local_system_token(), wanted),
                    .denied = denied_words(security, wanted)};
  facts.conditional = security.entries && std::ranges::any_of(*security.entries, [](const auto& entry) {
                        return entry.conditional;
                      });
  return facts;
}

void inspect_key_file(host::Host& host, HostCertificate& certificate) {
  evidence::TextFact guid = text(host, R"(HKLM\SOFTWARE\Microsoft\Cryptography)", "MachineGuid");
  if (certificate.container.is.state == Presence::absent && guid.get() && certificate.store != "MY")
    guess_container(host, *guid.get(), certificate);
  const KeyContainerFacts* container = certificate.container.get();
  if (!container) {
    if (certificate.container.is.state == Presence::unreadable)
      not_known(certificate, certificate.container.source, certificate.container.is.why);
    return;
  }
  bool is_cng = container->provider_type == 0;
  std::string hash =
      formats::key_file_hash(container->name, is_cng ? formats::KeyStore::cng : formats::KeyStore::csp);
  Folder folder = folder_of(host, is_cng ? formats::cng_machine_keys : formats::csp_machine_keys);
  if (hash.empty())
    return not_known(certificate, folder.path, "the file's name is not known from the key's name");
  if (!guid.get()) {
    bool gone = guid.is.state == Presence::absent;
    return not_known(certificate, guid.source,
                     gone ? "without MachineGuid the file's name is not known" : guid.is.why);
  }
  std::string name = hash + '_' + *guid.get();
  read_file(host, host::under(folder.path, name), certificate);
  certificate.other_machines = others(folder, hash, name);
}

}  // namespace rdpdoctor::inspect
