#include "cli/collection_case.h"

#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "cli/machine.h"
#include "cli/new_file.h"
#include "evidence/json.h"
#include "formats/rdp_file.h"
#include "host/bundle/listing.h"
#include "inspect/inspect.h"
#include "report/several.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_of_case = 64U << 20U;

void warn(const std::string& line) {
  std::fprintf(stderr, "rdpdoctor: %s\n", line.c_str());
}

struct Opened {
  CollectionCase is;
  bool has_readings = false;
};

std::optional<evidence::CaseFile> case_in(host::FileTree& tree) {
  auto file = tree.open(std::string(host::case_name));
  if (!file.get()) return std::nullopt;
  const auto bad = [&](const std::string& why) {
    warn(printable(tree.name()) + "/" + std::string(host::case_name) + ": " + why + ": not used");
    return std::nullopt;
  };
  const auto source = in_order(*file.value);
  auto bytes = read_all(*source, most_of_case);
  if (!bytes) return bad(printable(to_text(bytes.error())));
  auto c = evidence::from_diagnosis_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!c) return bad(printable(to_text(c.error()), 300));
  report::make_printable(*c);
  return std::move(*c);
}

std::optional<Opened> open(const std::string& path, bool tell) {
  std::error_code ignored;
  if (path == "-" || !std::filesystem::exists(path_of(path), ignored)) return std::nullopt;
  auto tree = tree_at(path);
  if (!tree) return std::nullopt;
  auto collection = host::at_manifest(std::move(*tree));
  auto manifest = host::read_manifest(*collection);
  if (!manifest || !*manifest) return std::nullopt;
  std::vector<std::string> not_used;
  auto believed = host::only_as_told(std::move(collection), **manifest, not_used);
  if (tell)
    for (const std::string& line : not_used) warn(line);
  Opened out;
  out.has_readings = believed->info(std::string(host::listing_name)).get() != nullptr;
  out.is.evidence = case_in(*believed);
  out.is.manifest = std::move(**manifest);
  return out;
}

}  // namespace

std::optional<CollectionCase> collection_at(const std::string& path) {
  auto opened = open(path, true);
  if (!opened) return std::nullopt;
  return std::move(opened->is);
}

std::optional<evidence::CaseFile> case_alone(const std::string& path) {
  auto opened = open(path, false);
  if (!opened || opened->has_readings || !opened->is.evidence) return std::nullopt;
  warn(printable(path) + " holds the case alone, without readings of the machine: that case is judged");
  return std::move(opened->is.evidence);
}

std::optional<evidence::CaseFile> case_of_client(const std::string& path) {
  auto opened = open(path, false);
  if (!opened || opened->is.manifest.role != "client") return std::nullopt;
  return std::move(opened->is.evidence);
}

std::optional<evidence::CaseFile> case_of_collection(const std::string& path, const Context& context) {
  auto collection = collection_at(path);
  if (!collection) return std::nullopt;
  if (collection->evidence) return std::move(collection->evidence);
  auto machine = open_bundle_at(path);
  if (!machine) return std::nullopt;
  evidence::CaseFile c;
  if (collection->manifest.role != "client") {
    static_cast<void>(inspect_machine(**machine, c, context));
  } else {
    if (auto target = formats::parse_target(collection->manifest.target); target) {
      c.target.asked = collection->manifest.target;
      c.target.host = target->host;
      c.target.port = target->port;
    }
    inspect::inspect_client(**machine, clock_now(), c);
  }
  report::make_printable(c);
  return c;
}

}  // namespace rdpdoctor::cli
