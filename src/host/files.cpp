#include "host/files.h"

#include <array>

#include "base/ascii.h"
#include "base/text.h"
#include "host/registry.h"

namespace rdpdoctor::host {
namespace {

constexpr std::string_view current_version = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)";

bool starts_ignoring_case(std::string_view text, std::string_view with) {
  return with.size() <= text.size() && equal_ignoring_case(text.substr(0, with.size()), with);
}

bool has_drive(std::string_view path) {
  return 2 <= path.size() && is_letter(path[0]) && path[1] == ':';
}

std::string drive_of(std::string_view root) {
  return has_drive(root) ? std::string(root.substr(0, 2)) : "C:";
}

}  // namespace

std::string under(std::string_view folder, std::string_view name) {
  while (folder.ends_with('\\')) folder.remove_suffix(1);
  while (name.starts_with('\\')) name.remove_prefix(1);
  return std::string(folder) + '\\' + std::string(name);
}

std::string system_root(Host& host) {
  auto root = as_text(host.value(current_version, "SystemRoot"));
  return root.get() && has_drive(root.value) ? root.value : R"(C:\Windows)";
}

std::string program_data(Host& host) {
  auto moved = as_text(host.value(under(current_version, "ProfileList"), "ProgramData"));
  const std::string drive = drive_of(system_root(host));
  if (!moved.get() || moved.value.empty()) return under(drive, "ProgramData");
  static constexpr std::string_view system_drive = "%SystemDrive%";
  if (starts_ignoring_case(moved.value, system_drive))
    return under(drive, std::string_view(moved.value).substr(system_drive.size()));
  return moved.value;
}

std::string expanded(Host& host, std::string_view path) {
  path = trim(path);
  static constexpr std::string_view nt_prefix = R"(\??\)";
  if (path.starts_with(nt_prefix)) path.remove_prefix(nt_prefix.size());
  if (has_drive(path)) return std::string(path);
  const std::string root = system_root(host);
  struct Variable {
    std::string_view name;
    std::string stands_for;
  };
  const std::array variables{Variable{"%SystemRoot%", root},
                             Variable{"%WinDir%", root},
                             Variable{R"(\SystemRoot)", root},
                             Variable{"%SystemDrive%", drive_of(root)},
                             Variable{"%ProgramData%", program_data(host)},
                             Variable{"%ALLUSERSPROFILE%", program_data(host)},
                             Variable{"%ProgramFiles(x86)%", under(drive_of(root), "Program Files (x86)")},
                             Variable{"%ProgramFiles%", under(drive_of(root), "Program Files")}};
  for (const Variable& v : variables)
    if (starts_ignoring_case(path, v.name)) return under(v.stands_for, path.substr(v.name.size()));
  if (starts_ignoring_case(path, R"(system32\)")) return under(root, path);
  return std::string(path);
}

}  // namespace rdpdoctor::host
