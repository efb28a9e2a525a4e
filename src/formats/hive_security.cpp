#include "formats/hive_security.h"

#include "fmt/core.h"

namespace rdpdoctor::formats {

Result<Bytes> read_security(HiveCells& cells, std::uint32_t offset) {
  static constexpr std::uint32_t header = 20;
  auto record = cells.record(offset, "security item", "sk", header, header);
  if (!record) return std::unexpected(record.error());
  Reader r(record->bytes);
  r.skip(16, "Signature to ReferenceCount");
  const std::uint32_t size = r.u32le("DescriptorLength");
  if (record->cell.size - header < size)
    return std::unexpected(hive_damage("security item", offset, fmt::format("{} bytes", size)));
  Bytes out(size);
  if (auto done = cells.read(record->cell, header, out); !done) return std::unexpected(done.error());
  return out;
}

}  // namespace rdpdoctor::formats
