#include "host/bundle/bundle.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/bundle/manifest.h"
#include "host/bundle/sources.h"
#include "host/image/image.h"
#include "host/image/paths.h"

namespace rdpdoctor::host {
namespace {

constexpr std::uint64_t most_registry = 512U << 20U;  // bytes in memory

bool is_image(FileTree& tree) {
  ImagePaths paths(tree);
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"Windows/System32/config/SYSTEM",
                                              "Windows/System32/config/SOFTWARE"},
      [&](std::string_view hive) { return paths.find_below_top(hive).get() != nullptr; });
}

struct Found {
  std::string path;
  BundlePart part;
};

// Our own listing first: it tells more of a file than an access list does.
std::vector<Found> parts_of(FileTree& tree, const std::vector<std::string>& files) {
  std::vector<Found> out;
  for (const std::string& path : files)
    if (BundlePart part = bundle_part(tree, path); part != BundlePart::none) out.push_back({path, part});
  std::ranges::stable_sort(out, {}, [](const Found& f) { return f.part == BundlePart::listing ? 0 : 1; });
  return out;
}

// Of a collection the files that are as its manifest says; of anything else all.
std::unique_ptr<FileTree> believed(std::unique_ptr<FileTree> tree, std::vector<std::string>& not_used) {
  tree = at_manifest(std::move(tree));
  auto manifest = read_manifest(*tree);
  if (!manifest) not_used.push_back(printable(tree->name()) + "/" + to_text(manifest.error()));
  if (!manifest || !*manifest) return tree;
  return only_as_told(std::move(tree), **manifest, not_used);
}

}  // namespace

Result<std::unique_ptr<Host>> open_bundle(std::unique_ptr<FileTree> tree,
                                          std::vector<std::string>* not_used) {
  if (is_image(*tree)) return open_image(std::move(tree));
  std::vector<std::string> lines;
  tree = believed(std::move(tree), not_used ? *not_used : lines);
  const std::vector<std::string> files = all_files(*tree);
  const std::vector<Found> parts = parts_of(*tree, files);
  const std::string name = printable(tree->name());
  auto host = std::make_unique<BundleHost>(std::move(tree));
  std::uint64_t room = most_registry;
  bool any = false;
  for (const Found& one : parts) any = read_bundle_part(*host, one.path, one.part, room) || any;
  if (any) return host;
  std::string problem =
      fmt::format("{}: nothing of a Windows machine in {}", name, count_of(files.size(), "file"));
  for (const HiveRead& note : host->hives()) {
    problem += fmt::format("; {}: {}", printable(note.path), note.detail);
    break;
  }
  return std::unexpected(
      Error{problem, ErrorKind::malformed, 0,
            "registry exports (.reg, reg query), hives, .evtx logs or rdpdoctor-host.json"});
}

}  // namespace rdpdoctor::host
