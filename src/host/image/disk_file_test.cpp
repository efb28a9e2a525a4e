#include "host/image/disk_file.h"

#include <doctest/doctest.h>

#include "support/hive_in_memory.h"

namespace rdpdoctor::host {
namespace {

std::string told(Bytes bytes) {
  test::InMemory file(std::move(bytes));
  auto error = as_disk_file("disk.img", file);
  return error ? error->doing + " | " + error->expected : "";
}
void put(Bytes& at, std::size_t offset, std::string_view text) {
  std::ranges::copy(text, at.begin() + static_cast<std::ptrdiff_t>(offset));
}
void put(Bytes& at, std::size_t offset, const Bytes& bytes) {
  std::ranges::copy(bytes, at.begin() + static_cast<std::ptrdiff_t>(offset));
}
Bytes beginning_with(std::string_view text) {
  Bytes out(4096);
  put(out, 0, text);
  return out;
}
Bytes boot_record() {
  Bytes out(1 << 16);
  put(out, 510, Bytes{0x55, 0xAA});
  return out;
}
// Partition `n` of the master boot record, in sectors.
void partition(Bytes& disk, std::size_t n, std::uint32_t start, std::uint32_t count, std::string_view kind) {
  put(disk, 446 + 16 * n + 8, Writer().u32le(start).u32le(count).take());
  put(disk, start * 512 + 3, kind);
}

}  // namespace

TEST_CASE("a disk in a file is told by its first bytes, with the way to mount it") {
  CHECK(told(beginning_with("vhdxfile")).starts_with("disk.img: it is a VHDX disk, not a folder | "));
  CHECK(told(beginning_with("QFI\xfb")).contains("qemu-nbd -r -c /dev/nbd0 disk.img"));
  CHECK(told(beginning_with("regf")).contains("a single registry hive"));
  Bytes volume = boot_record();
  put(volume, 3, "NTFS    ");
  CHECK(told(volume).contains("mount -t ntfs-3g -o ro,loop disk.img DIR"));
  put(volume, 3, "-FVE-FS-");
  CHECK(told(volume).contains("still encrypted by BitLocker"));
}

TEST_CASE("of a whole disk the largest NTFS partition is named") {
  Bytes disk = boot_record();
  partition(disk, 0, 2, 4, "NTFS    ");
  partition(disk, 1, 10, 40, "NTFS    ");
  partition(disk, 2, 60, 60, "MSDOS5.0");
  CHECK(told(disk).contains("offset=5120 "));
  partition(disk, 3, 80, 44, "-FVE-FS-");
  CHECK(told(disk).contains("-O 40960 "));
  CHECK(told(boot_record()).contains("without an NTFS partition"));
}

TEST_CASE("a disk with a GUID partition table is read too") {
  Bytes disk = boot_record();
  put(disk, 512, "EFI PART");
  put(disk, 512 + 72, Writer().u64le(2).u32le(128).u32le(128).take());
  put(disk, 1024 + 32, Writer().u64le(34).u64le(40).take());
  put(disk, 1024 + 128 + 32, Writer().u64le(64).u64le(100).take());
  put(disk, 64 * 512 + 3, "NTFS    ");
  CHECK(told(disk).contains("offset=32768 "));
}

TEST_CASE("what is no disk is not called one, and what a table says is not believed") {
  CHECK(told(beginning_with("PK\x03\x04")).empty());
  CHECK(told(Bytes(100)).empty());
  CHECK(told(Bytes(4096)).empty());
  Bytes disk = boot_record();
  for (std::size_t i = 446; i < 510; ++i) disk[i] = 0xFF;
  CHECK(told(disk).contains("without an NTFS partition"));
  put(disk, 512, "EFI PART");
  put(disk, 512 + 72, Bytes(16, 0xFF));
  CHECK(told(disk).contains("without an NTFS partition"));
}

}  // namespace rdpdoctor::host
