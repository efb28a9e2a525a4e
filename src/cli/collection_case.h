// What a collection says besides the machine itself: who made it of what, and the case that was judged there.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "evidence/case_file.h"
#include "host/bundle/manifest.h"

namespace rdpdoctor::cli {

struct CollectionCase {
  host::Manifest manifest;
  std::optional<evidence::CaseFile> evidence;  // case.json; nullopt: there is none that can be used
};

// nullopt: the path is no collection. What can't be used of one is told on stderr, a line each.
[[nodiscard]] std::optional<CollectionCase> collection_at(const std::string& path);
// The same of a bundle without readings of the machine (--redact): the case is all there is.
[[nodiscard]] std::optional<evidence::CaseFile> case_alone(const std::string& path);

// The case of a collection that was made on a client, where that can be used. Tells nothing.
[[nodiscard]] std::optional<evidence::CaseFile> case_of_client(const std::string& path);

// The case of a collection; of one without a case.json the machine is inspected. nullopt: it is none.
[[nodiscard]] std::optional<evidence::CaseFile> case_of_collection(const std::string& path,
                                                                   const Context& context);

}  // namespace rdpdoctor::cli
