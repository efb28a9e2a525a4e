#include "fixes/engine/policy_files.h"

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::size_t most_of_file = 16U << 20U;
// The machine's local policy, and what Windows keeps of all policies that were applied to the machine.
constexpr std::string_view files[] = {R"(%SystemRoot%\System32\GroupPolicy\Machine\Registry.pol)",
                                      R"(%ProgramData%\ntuser.pol)"};

Reading<std::string> content(host::Host& host, const std::string& path) {
  auto file = host.open(path);
  if (!file.get()) return {file.state, "", file.why};
  auto bytes = read_all(*in_order(*file.value), most_of_file);
  if (!bytes) return Reading<std::string>::unreadable(to_text(bytes.error()));
  return Reading<std::string>::present(host::folded(utf16le_to_utf8(*bytes)));
}

}  // namespace

bool is_policy_key(std::string_view key) {
  const std::string folded = host::normal_key(key) + '\\';
  return folded.starts_with(R"(hklm\software\policies\)") ||
         folded.starts_with(R"(hklm\software\microsoft\windows\currentversion\policies\)");
}

Reading<std::string> policy_that_owns(host::Host& host, std::string_view key, std::string_view name) {
  const std::string below_root = std::string(key.substr(key.find('\\') + 1));
  // A record begins "[key NUL;value NUL;".
  std::string record = '[' + below_root;
  record.append(1, '\0').append(";").append(name).append(1, '\0').append(";");
  record = host::folded(record);
  for (const std::string_view file : files) {
    const std::string path = host::expanded(host, file);
    auto text = content(host, path);
    if (text.state == Presence::unreadable)
      return Reading<std::string>::unreadable(fmt::format("{}: {}", path, text.why));
    if (text.get() && text.value.contains(record)) return Reading<std::string>::present(path);
  }
  return Reading<std::string>::absent();
}

}  // namespace rdpdoctor::fixes
