#include "host/image/disk_file.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::host {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t sector = 512;
constexpr std::size_t most_partitions = 128;
constexpr std::string_view by_nbd =
    "modprobe nbd max_part=16; qemu-nbd -r -c /dev/nbd0 {0}; mount -t ntfs-3g -o ro /dev/nbd0pN DIR (N is "
    "the "
    "partition with Windows; on Windows: Mount-DiskImage -Access ReadOnly -ImagePath {0}), then give DIR";

// What files of other programs begin with, and the way from them to a folder.
struct Container {
  std::string_view begin;
  std::string_view what;
  std::string_view way;
};
constexpr Container containers[] = {
    {"vhdxfile", "a VHDX disk", by_nbd},
    {"conectix", "a VHD disk", by_nbd},
    {"QFI\xfb", "a QCOW2 disk", by_nbd},
    {"KDMV", "a VMDK disk", by_nbd},
    {"# Disk DescriptorFile", "a VMDK disk's description", by_nbd},
    {"<<< ", "a VDI disk", by_nbd},
    {"EVF\x09\x0d\x0a\xff\x00"sv, "an EnCase (EWF) image",
     "ewfmount {0} EWF; mount -t ntfs-3g -o ro,loop,offset=BYTES EWF/ewf1 DIR, then give DIR"},
    {"MSWIM\0\0\0"sv, "a WIM archive", "wimmount {0} 1 DIR, then give DIR"},
    {"regf", "a single registry hive",
     "the volume that it was on, mounted, or a folder with Windows/System32/config in it"},
};

Bytes read(RandomSource& file, std::uint64_t offset, std::size_t size) {
  Bytes out(size);
  bool there = offset <= file.size() && size <= file.size() - offset && file.read_at(offset, out);
  return there ? out : Bytes();
}
bool holds_at(View bytes, std::size_t offset, std::string_view text) {
  return offset + text.size() <= bytes.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
}
bool is_ntfs(View boot) {
  return holds_at(boot, 3, "NTFS    ");
}
bool is_locked(View boot) {
  return holds_at(boot, 3, "-FVE-FS-");
}  // BitLocker

struct Partition {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// The GUID partition table (UEFI specification 5.3), or that of the master boot record.
std::vector<Partition> partitions(RandomSource& file, View boot) {
  std::vector<Partition> out;
  const Bytes table = read(file, sector, sector);
  if (holds_at(table, 0, "EFI PART")) {
    Reader header(View(table).subspan(72));
    const std::uint64_t first = header.u64le("PartitionEntryLBA");
    const std::size_t count =
        std::min<std::size_t>(header.u32le("NumberOfPartitionEntries"), most_partitions);
    const std::size_t size = std::clamp<std::size_t>(header.u32le("SizeOfPartitionEntry"), 128, 4096);
    if (first > file.size() / sector) return out;
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes entry = read(file, first * sector + i * size, 48);
      if (entry.empty()) break;
      Reader lbas(View(entry).subspan(32));
      const std::uint64_t start = lbas.u64le("StartingLBA"), end = lbas.u64le("EndingLBA");
      if (0 < start && start <= end && end < file.size() / sector)
        out.push_back({start * sector, (end - start + 1) * sector});
    }
    return out;
  }
  constexpr std::size_t first_entry = 446, entry_size = 16;
  for (std::size_t i = 0; i < 4; ++i) {
    Reader entry(boot.subspan(first_entry + i * entry_size + 8, 8));
    const std::uint64_t start = entry.u32le("StartingLBA"), count = entry.u32le("SizeInLBA");
    if (0 < start && 0 < count) out.push_back({start * sector, count * sector});
  }
  return out;
}

Error disk(const std::string& path, std::string_view what, std::string way) {
  return {fmt::format("{}: it is {}, not a folder", printable(path), what), ErrorKind::usage, 0,
          std::move(way)};
}
Error locked(const std::string& path, std::string_view what, std::uint64_t offset) {
  const std::string at = offset == 0 ? "" : fmt::format(" -O {}", offset);
  return disk(
      path, fmt::format("{} and still encrypted by BitLocker", what),
      fmt::format("it unlocked and mounted: dislocker -r -V {}{} -pRECOVERY-PASSWORD -- KEY; mount -t "
                  "ntfs-3g -o ro,loop KEY/dislocker-file DIR, then give DIR",
                  printable(path), at));
}

}  // namespace

std::optional<Error> as_disk_file(const std::string& path, RandomSource& file) {
  const Bytes boot = read(file, 0, sector);
  if (boot.empty()) return std::nullopt;
  for (const Container& c : containers)
    if (holds_at(boot, 0, c.begin))
      return disk(path, c.what, fmt::format(fmt::runtime(c.way), printable(path)));
  if (is_ntfs(boot))
    return disk(
        path, "an NTFS volume",
        fmt::format("it mounted: mount -t ntfs-3g -o ro,loop {} DIR, then give DIR", printable(path)));
  if (is_locked(boot)) return locked(path, "a volume", 0);
  if (boot[510] != 0x55 || boot[511] != 0xAA) return std::nullopt;
  // The largest is the one with Windows: others are for recovery.
  Partition found;
  bool encrypted = false;
  for (const Partition& p : partitions(file, boot)) {
    const Bytes begin = read(file, p.offset, sector);
    if (p.size <= found.size || (!is_ntfs(begin) && !is_locked(begin))) continue;
    found = p;
    encrypted = is_locked(begin);
  }
  if (found.size == 0)
    return disk(path, "a disk without an NTFS partition that can be seen", "a mounted Windows volume");
  if (encrypted) return locked(path, "a disk", found.offset);
  return disk(
      path, "a whole disk",
      fmt::format("its partition mounted: mount -t ntfs-3g -o ro,loop,offset={} {} DIR, then give DIR",
                  found.offset, printable(path)));
}

}  // namespace rdpdoctor::host
