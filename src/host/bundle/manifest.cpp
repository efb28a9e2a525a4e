#include "host/bundle/manifest.h"

#include <algorithm>
#include <set>

#include "fmt/core.h"
#include "formats/digest.h"
#include "host/bundle/json_fields.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_of_manifest = 16U << 20U;
constexpr std::size_t most_told = 100;

// Why the file is not what the manifest tells; "" it is.
std::string difference(FileTree& tree, const std::string& path, const ManifestFile& told) {
  auto file = tree.open(path);
  if (!file.get()) return file.why.empty() ? "it is missing" : printable(file.why);
  if (file.value->size() != told.size)
    return fmt::format("it has {}, and the manifest says {}", count_of(file.value->size(), "byte"),
                       told.size);
  auto sum = formats::sha256_of(*file.value);
  if (!sum) return printable(to_text(sum.error()));
  return *sum == told.sha256 ? "" : "its SHA-256 is another than the manifest says";
}

class OnlyAsTold final : public FileTree {
 public:
  OnlyAsTold(std::unique_ptr<FileTree> tree, std::set<std::string> files)
      : tree_(std::move(tree)), files_(std::move(files)) {
    for (const std::string& path : files_)
      for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
        folders_.insert(path.substr(0, slash));
    folders_.insert("");
  }

  [[nodiscard]] std::string name() const override { return tree_->name(); }
  Reading<FileInfo> info(const std::string& path) override {
    return is_known(path) ? tree_->info(path) : Reading<FileInfo>::absent();
  }
  Reading<std::vector<std::string>> names(const std::string& folder) override {
    auto names = tree_->names(folder);
    std::erase_if(names.value, [&](const std::string& name) {
      std::string path = folder;
      if (!path.empty()) path += '/';
      return !is_known(path.append(name));
    });
    return names;
  }
  Reading<std::unique_ptr<RandomSource>> open(const std::string& path) override {
    return files_.contains(path) ? tree_->open(path) : Reading<std::unique_ptr<RandomSource>>::absent();
  }
  Reading<Bytes> security(const std::string& path) override { return tree_->security(path); }

 private:
  [[nodiscard]] bool is_known(const std::string& path) const {
    return files_.contains(path) || folders_.contains(path);
  }

  std::unique_ptr<FileTree> tree_;
  std::set<std::string> files_, folders_;
};

}  // namespace

std::string to_json(const Manifest& manifest) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const auto& [name, file] : manifest.files)
    files.push_back({{"name", name}, {"size", file.size}, {"sha256", file.sha256}});
  nlohmann::ordered_json out{{"schema", manifest_schema}};
  if (manifest.made) out["made"] = to_rfc3339(*manifest.made);
  out["program"] = manifest.program;
  out["computer"] = manifest.computer;
  out["role"] = manifest.role;
  out["target"] = manifest.target;
  out["redacted"] = manifest.redacted;
  out["files"] = std::move(files);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::optional<Manifest>> read_manifest(FileTree& tree) {
  const auto bad = [](const std::string& why) {
    return std::unexpected(Error{std::string(manifest_name) + ": " + why, ErrorKind::malformed, 0,
                                 "schema " + std::string(manifest_schema)});
  };
  auto file = tree.open(std::string(manifest_name));
  if (file.state == Presence::absent) return std::nullopt;
  if (!file.get()) return bad(printable(file.why));
  const auto source = in_order(*file.value);
  auto bytes = read_all(*source, most_of_manifest);
  if (!bytes) return bad(printable(to_text(bytes.error())));
  std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const Json top = Json::parse(text, nullptr, false);
  if (!top.is_object()) return bad("it is no JSON object");
  if (text_of(top, "schema") != manifest_schema) return std::nullopt;
  Manifest out{.made = from_rfc3339(text_of(top, "made")),
               .program = text_of(top, "program"),
               .computer = text_of(top, "computer"),
               .role = text_of(top, "role"),
               .target = text_of(top, "target"),
               .redacted = is_true(top, "redacted"),
               .files = {}};
  for_objects(top, "files", [&](const Json& item) {
    out.files[text_of(item, "name")] = {number_of(item, "size").value_or(0), lower(text_of(item, "sha256"))};
  });
  return out;
}

std::unique_ptr<FileTree> at_manifest(std::unique_ptr<FileTree> tree) {
  auto names = tree->names("");
  std::erase_if(names.value, [](const std::string& name) {  // what macOS adds to every archive
    return name == "__MACOSX" || name == ".DS_Store";
  });
  if (names.value.size() != 1) return tree;
  const std::string& folder = names.value.front();
  if (!tree->open(folder + "/" + std::string(manifest_name)).get()) return tree;
  return tree_below(std::move(tree), folder);
}

std::unique_ptr<FileTree> only_as_told(std::unique_ptr<FileTree> tree, const Manifest& manifest,
                                       std::vector<std::string>& not_used) {
  const auto tell = [&](const std::string& path, std::string_view why) {
    if (not_used.size() < most_told)
      not_used.push_back(fmt::format("{}/{}: {}: not used", printable(tree->name()), printable(path), why));
  };
  std::set<std::string> good;
  for (const auto& [path, told] : manifest.files) {
    const std::string why = difference(*tree, path, told);
    if (why.empty())
      good.insert(path);
    else
      tell(path, why);
  }
  for (const std::string& path : all_files(*tree))
    if (path != manifest_name && !manifest.files.contains(path)) tell(path, "it is not in the manifest");
  return std::make_unique<OnlyAsTold>(std::move(tree), std::move(good));
}

}  // namespace rdpdoctor::host
