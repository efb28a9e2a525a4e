// The files of a bundle: what each one is, told by its content, and what it tells of the machine.
#pragma once

#include "host/bundle/bundle_host.h"

namespace rdpdoctor::host {

enum class BundlePart {
  none,
  registry_export,
  registry_query,
  event_log,
  hive,
  listing,
  access_lists,
  ports
};

// By name (files that can be none of these are not opened) and by their first bytes.
[[nodiscard]] BundlePart bundle_part(FileTree& tree, const std::string& path);
// Fills `host`; what could not be read becomes a note there. `room` is how many bytes of registry values may
// still be kept. False: it told nothing.
[[nodiscard]] bool read_bundle_part(BundleHost& host, const std::string& path, BundlePart part,
                                    std::uint64_t& room);

}  // namespace rdpdoctor::host
