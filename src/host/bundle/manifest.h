// manifest.json of a collection: who made it, of which machine, and the size and SHA-256 of each of its
// files. What does not fit is named and not used: it was damaged on its way, or changed.
#pragma once

#include <map>
#include <optional>

#include "host/file_tree.h"

namespace rdpdoctor::host {

inline constexpr std::string_view manifest_name = "manifest.json";
inline constexpr std::string_view manifest_schema = "rdpdoctor.collection/1";
inline constexpr std::string_view case_name = "case.json";

struct ManifestFile {
  std::uint64_t size = 0;
  std::string sha256;  // lower-case hex
};
struct Manifest {
  std::optional<Instant> made;
  std::string program;   // version that made it
  std::string computer;  // "" where redacted
  std::string role;      // "host", "client"
  std::string target;
  bool redacted = false;
  std::map<std::string, ManifestFile> files;
};

[[nodiscard]] std::string to_json(const Manifest& manifest);
// nullopt: there is none, or it is not one of ours. An error: it is there and can't be read.
[[nodiscard]] Result<std::optional<Manifest>> read_manifest(FileTree& tree);

// The collection's own folder where the tree holds nothing else, as unpacking and packing again often makes
// it.
[[nodiscard]] std::unique_ptr<FileTree> at_manifest(std::unique_ptr<FileTree> tree);

// The tree with the files alone that are as the manifest says. `not_used`: a line for each of the others, at
// most 100.
[[nodiscard]] std::unique_ptr<FileTree> only_as_told(std::unique_ptr<FileTree> tree, const Manifest& manifest,
                                                     std::vector<std::string>& not_used);

}  // namespace rdpdoctor::host
