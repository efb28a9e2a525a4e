// How new the client is: mstscax.dll is what mstsc.exe connects by; and the updates that brought it.
#include "base/text.h"
#include "formats/version_resource.h"
#include "host/files.h"
#include "inspect/client_topics.h"
#include "inspect/topics.h"

namespace rdpdoctor::inspect {
namespace {

Reading<std::string> version_of(host::Host& host, const std::string& path) {
  auto file = host.open(path);
  if (!file.get()) return {file.state, "", file.why};
  auto version = formats::file_version(*file.value);
  if (!version) return Reading<std::string>::unreadable(printable(to_text(version.error())));
  return *version ? Reading<std::string>::present(formats::to_text(**version))
                  : Reading<std::string>::absent();
}

}  // namespace

void inspect_client_version(host::Host& host, const Target&, ClientFacts& facts) {
  std::string library = host::under(host::system_root(host), R"(System32\mstscax.dll)");
  facts.library_version.is = version_of(host, library);
  facts.library_version.source = std::move(library);
  evidence::HostFacts machine;
  inspect_updates(host, machine);
  facts.updates = std::move(machine.updates);
}

}  // namespace rdpdoctor::inspect
