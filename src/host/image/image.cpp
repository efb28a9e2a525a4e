// Whether a tree is a Windows volume, and what it is instead.
#include "host/image/image.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/image/image_host.h"

namespace rdpdoctor::host {
namespace {

constexpr std::string_view config = "System32/config";

Error no_volume(const FileTree& tree, std::string what) {
  return {fmt::format("{}: {}", printable(tree.name()), what), ErrorKind::usage, 0,
          "a Windows volume: a folder with Windows/System32/config/SYSTEM in it"};
}

bool holds(ImagePaths& paths, const std::string& path) {
  return paths.find_below_top(path).get() != nullptr;
}

// Folders in `top` that are Windows volumes themselves: the wrong level was given.
std::vector<std::string> volumes_in(ImagePaths& paths, const std::vector<std::string>& names) {
  static constexpr std::size_t enough = 64;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < names.size() && i < enough; ++i)
    if (holds(paths, names[i] + "/Windows/" + std::string(config))) out.push_back(names[i]);
  return out;
}

std::string what_it_is(FileTree& tree, ImagePaths& paths, const std::vector<std::string>& names) {
  if (names.empty()) return "it is empty; is the volume mounted there?";
  auto has = [&](std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& n) { return equal_ignoring_case(n, name); });
  };
  if (has("bde1") || has("dislocker-file") || has("FVE2.{e40ad34d-dae9-4bc7-95bd-b16218c10f72}.1"))
    return "it holds an encrypted (BitLocker) volume that is not unlocked";
  if (holds(paths, std::string(config)) || holds(paths, "config/SYSTEM") ||
      (has("SYSTEM") && has("SOFTWARE")))
    return "it lies inside the Windows folder: give the top of the volume";
  if (auto volumes = volumes_in(paths, names); !volumes.empty())
    return fmt::format("it holds {}: give {}/{}", volumes.size() == 1 ? "a volume" : "several volumes",
                       printable(tree.name()), printable(volumes.front()));
  if (has("EFI") || has("bootmgr") || has("Boot"))
    return "it is a boot partition and not the one with Windows";
  if (has("System Volume Information")) return "it is a Windows data volume, without a Windows folder";
  return fmt::format("it holds {} and no Windows folder", count_of(names.size(), "name"));
}

}  // namespace

Result<std::unique_ptr<ImageHost>> open_image_host(std::unique_ptr<FileTree> tree) {
  ImagePaths paths(*tree);
  auto names = tree->names("");
  if (!names.get())
    return std::unexpected(no_volume(*tree, names.why.empty() ? "it can't be listed" : names.why));
  std::string problem;
  for (std::string_view folder : {"Windows", "WINNT"}) {
    auto windows = paths.find_below_top(folder);
    if (!windows.get()) {
      if (windows.state == Presence::unreadable) problem = windows.why;
      continue;
    }
    auto hives = paths.find_below_top(fmt::format("{}/{}", windows.value, config));
    if (!hives.get()) {
      problem = hives.state == Presence::unreadable
                    ? hives.why
                    : fmt::format("{} has no {}: is it mounted whole?", printable(windows.value), config);
      continue;
    }
    bool any = false;
    for (std::string_view hive : {"SYSTEM", "SOFTWARE"})
      any = any || holds(paths, fmt::format("{}/{}", hives.value, hive));
    if (any) return std::make_unique<ImageHost>(std::move(tree), windows.value);
    problem = fmt::format("{} holds neither a SYSTEM nor a SOFTWARE hive: is the volume mounted whole?",
                          printable(hives.value));
  }
  return std::unexpected(no_volume(*tree, problem.empty() ? what_it_is(*tree, paths, names.value) : problem));
}

Result<std::unique_ptr<Host>> open_image(std::unique_ptr<FileTree> tree) {
  return open_image_host(std::move(tree));
}

}  // namespace rdpdoctor::host
