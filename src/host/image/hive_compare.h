// Whether one hive is another with some edits made, and nothing else: what an edited copy must prove before
// it takes the original's place, by our own decoder and not by the one that wrote it.
#pragma once

#include "formats/hive.h"
#include "host/writer.h"

namespace rdpdoctor::host {

enum class Compare {
  contents,  // keys and values
  all,  // and security descriptors: a new key's is its parent's; and the order of keys where one was made
};

// Walks both whole. Keys of `edits` are below the hive's root. An error says what else differs, or what can't
// be read in either.
[[nodiscard]] Result<void> check_edited(formats::Hive& before, formats::Hive& after,
                                        const std::vector<RegistryEdit>& edits, Compare how);
// Every key and value of it can be read.
[[nodiscard]] Result<void> check_whole(formats::Hive& hive);
// The edits are made already, as far as keys and values go.
[[nodiscard]] Result<bool> changes_nothing(formats::Hive& hive, const std::vector<RegistryEdit>& edits);

}  // namespace rdpdoctor::host
