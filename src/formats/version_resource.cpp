#include "formats/version_resource.h"

#include <algorithm>

#include "fmt/core.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t most_sections = 96;  // [PE Format] NumberOfSections: the loader's limit
constexpr std::size_t most_entries = 4096;
constexpr std::uint32_t version_type = 16;  // RT_VERSION
constexpr std::uint32_t is_subdirectory = 0x80000000;
constexpr std::uint16_t pe32 = 0x10b, pe32_plus = 0x20b;
constexpr std::uint32_t resource_directory = 2;  // index in the data directories

Error wrong(std::string expected) {
  return {"read its version", ErrorKind::malformed, 0, std::move(expected)};
}

Result<Bytes> read(RandomSource& file, std::uint64_t offset, std::size_t size) {
  if (file.size() < offset || file.size() - offset < size) return std::unexpected(wrong("a whole PE file"));
  Bytes out(size);
  Result<void> done = file.read_at(offset, out);
  if (!done) return std::unexpected(std::move(done.error()));
  return out;
}

struct Section {
  std::uint32_t address = 0, size = 0, offset = 0;  // VirtualAddress, SizeOfRawData, PointerToRawData
};
struct Headers {
  std::vector<Section> sections;
  std::uint32_t resources = 0;  // RVA; 0: none
};

// The place in the file of an RVA.
std::optional<std::uint64_t> place_of(const Headers& pe, std::uint64_t address) {
  for (const Section& s : pe.sections)
    if (s.address <= address && address - s.address < s.size) return s.offset + (address - s.address);
  return std::nullopt;
}

Result<std::uint32_t> resources_of(View optional) {
  Reader r(optional);
  const std::uint16_t magic = r.u16le("Magic");
  if (magic != pe32 && magic != pe32_plus) return std::unexpected(wrong("PE32 or PE32+"));
  r.skip(magic == pe32 ? 90 : 106, "up to NumberOfRvaAndSizes");
  const std::uint32_t directories = r.u32le("NumberOfRvaAndSizes");
  if (r.ok() && directories <= resource_directory) return 0;
  r.skip(std::size_t{8} * resource_directory, "Data Directories");
  const std::uint32_t address = r.u32le("Resource Table");
  if (!r.ok()) return std::unexpected(wrong("an optional header with its directories"));
  return address;
}

Result<Headers> read_headers(RandomSource& file) {
  static constexpr std::size_t dos_header = 64, section_header = 40;
  auto dos = read(file, 0, dos_header);
  if (!dos) return std::unexpected(std::move(dos.error()));
  if ((*dos)[0] != 'M' || (*dos)[1] != 'Z') return std::unexpected(wrong("a PE file"));
  const std::uint64_t at = Reader(View(*dos).subspan(60)).u32le("e_lfanew");
  auto coff = read(file, at, 24);
  if (!coff) return std::unexpected(std::move(coff.error()));
  Reader r(*coff);
  if (r.u32le("Signature") != 0x4550) return std::unexpected(wrong("a PE file"));  // "PE\0\0"
  r.skip(2, "Machine");
  const std::size_t count = std::min<std::size_t>(r.u16le("NumberOfSections"), most_sections);
  r.skip(12, "TimeDateStamp, PointerToSymbolTable, NumberOfSymbols");
  const std::size_t optional_size = r.u16le("SizeOfOptionalHeader");
  auto optional = read(file, at + 24, optional_size);
  if (!optional) return std::unexpected(std::move(optional.error()));
  auto resources = resources_of(*optional);
  if (!resources) return std::unexpected(std::move(resources.error()));
  auto table = read(file, at + 24 + optional_size, count * section_header);
  if (!table) return std::unexpected(std::move(table.error()));
  Headers out{.sections = {}, .resources = *resources};
  Reader s(*table);
  for (std::size_t i = 0; i < count; ++i) {
    s.skip(12, "Name, VirtualSize");
    Section section;
    section.address = s.u32le("VirtualAddress");
    section.size = s.u32le("SizeOfRawData");
    section.offset = s.u32le("PointerToRawData");
    s.skip(16, "the rest of the section header");
    out.sections.push_back(section);
  }
  return out;
}

// OffsetToData of the entry with this id, or of the first where none is asked for; nothing: there is none.
Result<std::optional<std::uint32_t>> entry(RandomSource& file, std::uint64_t directory,
                                           std::optional<std::uint32_t> id) {
  auto head = read(file, directory, 16);
  if (!head) return std::unexpected(std::move(head.error()));
  Reader r(View(*head).subspan(12));
  const std::size_t all = std::size_t{r.u16le("NumberOfNamedEntries")} + r.u16le("NumberOfIdEntries");
  auto entries = read(file, directory + 16, std::min(all, most_entries) * 8);
  if (!entries) return std::unexpected(std::move(entries.error()));
  Reader e(*entries);
  while (e.left() != 0) {
    const std::uint32_t name = e.u32le("Name");
    const std::uint32_t to = e.u32le("OffsetToData");
    if (!id || name == *id) return to;
  }
  return std::nullopt;
}

// The version resource's bytes begin here: type, name and language are three directories below one another.
Result<std::optional<std::uint32_t>> data_entry(RandomSource& file, std::uint64_t root) {
  auto at = entry(file, root, version_type);
  for (int level = 0; level < 2; ++level) {
    if (!at || !*at) return at;
    if ((**at & is_subdirectory) == 0) return std::unexpected(wrong("a directory of its version resource"));
    at = entry(file, root + (**at & ~is_subdirectory), std::nullopt);
  }
  if (at && *at && (**at & is_subdirectory) != 0)
    return std::unexpected(wrong("the version resource's data"));
  return at;
}

// VS_VERSIONINFO: three lengths, its key "VS_VERSION_INFO", and VS_FIXEDFILEINFO from the next 32-bit border.
Result<FileVersion> fixed_info(View bytes) {
  static constexpr std::uint32_t signature = 0xFEEF04BD;
  Reader r(bytes);
  r.skip(40, "wLength, wValueLength, wType, szKey, Padding1");
  if (r.u32le("dwSignature") != signature) return std::unexpected(wrong("VS_FIXEDFILEINFO"));
  r.skip(4, "dwStrucVersion");
  const std::uint32_t high = r.u32le("dwFileVersionMS"), low = r.u32le("dwFileVersionLS");
  return FileVersion{.major = static_cast<std::uint16_t>(high >> 16U),
                     .minor = static_cast<std::uint16_t>(high),
                     .build = static_cast<std::uint16_t>(low >> 16U),
                     .revision = static_cast<std::uint16_t>(low)};
}

}  // namespace

Result<std::optional<FileVersion>> file_version(RandomSource& file) {
  static constexpr std::size_t up_to_the_version = 56;
  auto pe = read_headers(file);
  if (!pe) return std::unexpected(std::move(pe.error()));
  if (pe->resources == 0) return std::nullopt;
  const auto root = place_of(*pe, pe->resources);
  if (!root) return std::unexpected(wrong("its resources inside a section"));
  auto data = data_entry(file, *root);
  if (!data) return std::unexpected(std::move(data.error()));
  if (!*data) return std::nullopt;
  auto where = read(file, *root + **data, 8);
  if (!where) return std::unexpected(std::move(where.error()));
  const auto place = place_of(*pe, Reader(*where).u32le("Data RVA"));
  if (!place) return std::unexpected(wrong("its version resource inside a section"));
  auto bytes = read(file, *place, up_to_the_version);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  auto version = fixed_info(*bytes);
  if (!version) return std::unexpected(std::move(version.error()));
  return *version;
}

std::string to_text(const FileVersion& v) {
  return fmt::format("{}.{}.{}.{}", v.major, v.minor, v.build, v.revision);
}

}  // namespace rdpdoctor::formats
