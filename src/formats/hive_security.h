// Key security items: the security descriptors that keys share.
#pragma once

#include "formats/hive_cells.h"

namespace rdpdoctor::formats {

// The self-relative descriptor of the item at this offset.
[[nodiscard]] Result<Bytes> read_security(HiveCells& cells, std::uint32_t offset);

}  // namespace rdpdoctor::formats
