#include "causes/engine/service_views.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

std::string without_spaces(std::string_view text) {
  std::string out = lower(text);
  std::erase(out, ' ');
  return out;
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// "c:\windows\.\system32\\x" and "c:/windows/system32/x" name one file.
std::string plain_path(std::string_view path) {
  std::string text = lower(trim(path));
  std::ranges::replace(text, '/', '\\');
  std::string out;
  for (std::string_view part : split(text, '\\')) {
    if (part.empty() || part == ".") continue;
    if (!out.empty()) out += '\\';
    out += part;
  }
  return out;
}

}  // namespace

bool is_disabled(const evidence::ServiceFacts& service) {
  return service.start.get() && *service.start.get() == start_disabled;
}

// Setup writes "NT Authority\NetworkService" in every language; who sets it by hand may write it in the
// machine's own, so only what is surely another account is called wrong. [Microsoft, "NetworkService
// Account"]
std::optional<bool> is_network_service(std::string_view account) {
  std::string name = without_spaces(account);
  if (one_of(name, {"ntauthority\\networkservice", "networkservice"})) return true;
  bool other = one_of(name, {"localsystem", ".\\localsystem", "ntauthority\\localsystem",
                             "ntauthority\\system", "localservice", "ntauthority\\localservice"}) ||
               name.starts_with(".\\") || name.contains('@');
  return other ? std::optional(false) : std::nullopt;
}

std::string program_of(std::string_view image_path) {
  std::string_view text = trim(image_path);
  bool quoted = text.starts_with('"');
  if (quoted) text.remove_prefix(1);
  std::string path = lower(text.substr(0, quoted ? text.find('"') : text.npos));
  // Without quotes the program ends where its extension does.
  static constexpr std::string_view extension = ".exe";
  std::size_t end = path.find(extension);
  if (end != path.npos) path.resize(end + extension.size());
  return file_name_of(path);
}

std::string file_name_of(std::string_view path) {
  std::string text = plain_path(path);
  return text.substr(text.rfind('\\') + 1);
}

std::string below_windows(std::string_view path) {
  std::string text = plain_path(path);
  for (std::string_view root : {"%systemroot%\\", "%windir%\\", "systemroot\\"})
    if (text.starts_with(root)) return text.substr(root.size());
  static constexpr std::string_view system = "system32\\";
  std::size_t at = text.find(system);
  // "c:\windows\system32\…": the folder above it is the Windows folder, and right below the drive.
  bool of_windows =
      at != text.npos && std::ranges::count(text.substr(0, at), '\\') == 2 && text.contains(':');
  return of_windows || at == 0 ? text.substr(at) : text;
}

std::string should_listen(const HostFacts& host, std::uint16_t port) {
  const std::uint32_t* deny = host.remote_desktop.deny_connections.get();
  const evidence::ServiceFacts* term = service(host, "TermService");
  const std::uint32_t* start = term ? term->start.get() : nullptr;
  const evidence::ListenerFacts* listener = rdp_listener(host);
  const std::uint32_t* enabled = listener ? listener->enabled.get() : nullptr;
  const std::uint32_t* has = listener ? listener->port.get() : nullptr;
  bool known = deny && start && enabled && has;
  if (!known || *deny != 0 || *start == start_disabled || *enabled == 0 || *has != port) return "";
  return fmt::format(
      "Remote Desktop is on, TermService is not disabled and RDP-Tcp is switched on with port {}", port);
}

}  // namespace rdpdoctor::causes
