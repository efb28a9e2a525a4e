// Lists an archive by its central directory.
#include "formats/zip.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/zip_headers.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t most_members = 100'000;
constexpr std::size_t most_left_out = 1000;
constexpr std::size_t longest_name = 4096;

void leave_out(ZipListing& listing, std::string what) {
  if (listing.left_out.size() < most_left_out) listing.left_out.push_back(std::move(what));
}

// Drive letters, roots and ways up: no archive has them by honest means.
bool leads_outside(std::string_view name) {
  if (name.starts_with('/') || (name.size() > 1 && name[1] == ':')) return true;
  const auto parts = split(name, '/');
  return std::ranges::count(parts, "..") > 0;
}

void add(const ZipHeader& header, ZipListing& listing) {
  ZipMember member = header.member;
  const std::string shown = printable(member.name, longest_name);
  member.name = shown;
  std::ranges::replace(member.name, '\\', '/');  // as some Windows tools write it
  if (member.name.ends_with('/')) return;
  if (member.name.empty() || longest_name < header.member.name.size())
    return leave_out(listing, "a member without a fit name");
  if (leads_outside(member.name)) return leave_out(listing, shown + ": its name leads out of the archive");
  if (header.encrypted) return leave_out(listing, shown + ": encrypted");
  if (member.method != 0 && member.method != 8)
    return leave_out(listing, fmt::format("{}: packed by method {}", shown, member.method));
  listing.members.push_back(std::move(member));
}

// Members that share bytes make an archive of a few kilobytes unpack to terabytes.
void leave_out_overlapping(ZipListing& listing) {
  std::vector<std::size_t> by_place(listing.members.size());
  std::iota(by_place.begin(), by_place.end(), std::size_t{0});
  std::ranges::stable_sort(by_place, {}, [&](std::size_t i) { return listing.members[i].header_at; });
  std::vector<bool> overlaps(by_place.size());
  std::uint64_t used = 0;
  for (std::size_t i : by_place) {
    const ZipMember& member = listing.members[i];
    overlaps[i] = member.header_at < used;
    if (!overlaps[i]) used = member.header_at + std::min(member.packed, ~member.header_at);
  }
  std::vector<ZipMember> kept;
  for (std::size_t i = 0; i < overlaps.size(); ++i) {
    if (overlaps[i])
      leave_out(listing, listing.members[i].name + ": overlaps another member");
    else
      kept.push_back(std::move(listing.members[i]));
  }
  listing.members = std::move(kept);
}

Result<ZipListing> list_directory(RandomSource& archive, const ZipDirectory& directory) {
  ZipListing listing;
  std::uint64_t at = directory.at;
  for (std::uint64_t i = 0; i < directory.members; ++i) {
    if (listing.members.size() == most_members) {
      leave_out(listing, fmt::format("members beyond the first {}", most_members));
      break;
    }
    auto header = read_central_header(archive, at, directory.shift);
    if (!header) {
      leave_out(listing, fmt::format("members {} to {}: the central directory is damaged at byte {}", i + 1,
                                     directory.members, at));
      break;
    }
    at += header->header_bytes;
    add(*header, listing);
  }
  return listing;
}

Result<ZipListing> list_by_local_headers(RandomSource& archive) {
  ZipListing listing;
  std::uint64_t at = 0;
  while (listing.members.size() < most_members) {
    auto header = read_local_header(archive, at);
    if (!header) break;
    if (header->size_follows) {
      leave_out(listing, printable(header->member.name) + " and what follows: its size is not told");
      break;
    }
    add(*header, listing);
    const std::uint64_t packed = header->member.packed;
    if (archive.size() - at - header->header_bytes < packed) break;
    at += header->header_bytes + packed;
  }
  if (listing.members.empty() && listing.left_out.empty())
    return std::unexpected(Error{"list the archive, its directory is missing", ErrorKind::malformed, 0, ""});
  leave_out(listing, "whatever came after the archive's end, which is cut off");
  return listing;
}

}  // namespace

bool is_zip(View first) {
  // Also an empty archive, which is only its end.
  return first.size() > 3 && first[0] == 'P' && first[1] == 'K' &&
         ((first[2] == 3 && first[3] == 4) || (first[2] == 5 && first[3] == 6));
}

Result<ZipListing> list_zip(RandomSource& archive) {
  auto directory = find_directory(archive);
  if (!directory && directory.error().kind != ErrorKind::malformed) return std::unexpected(directory.error());
  auto listing = directory ? list_directory(archive, *directory) : list_by_local_headers(archive);
  if (listing) leave_out_overlapping(*listing);
  return listing;
}

}  // namespace rdpdoctor::formats
