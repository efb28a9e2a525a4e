// Any bytes as a descriptor: an entry is added to it or an error comes, what is not the access list stays,
// and with the entry removed again it is what it was.
#include <algorithm>

#include "formats/access_edit.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

void check_entry(View bytes, const formats::AccessEntry& entry) {
  const auto before = formats::decode_security_descriptor(bytes);
  const auto added = formats::with_entry(bytes, entry);
  if (!added) return;
  expects(before.has_value());
  const auto after = formats::decode_security_descriptor(*added);
  expects(after.has_value() && after->owner == before->owner && after->group == before->group);
  expects(formats::with_entry(*added, entry) == *added);  // once and twice are the same
  if (added->size() == bytes.size()) return expects(std::ranges::equal(*added, bytes));
  expects(after->entries->size() == before->entries->size() + 1);
  const auto removed = formats::without_entry(*added, entry);
  expects(removed.has_value() && std::ranges::equal(*removed, bytes));
}

}  // namespace

void run(View bytes) {
  constexpr std::uint8_t types[] = {0, 1}, flags[] = {0, 0x10};
  for (const std::uint8_t type : types)
    for (const std::uint8_t flag : flags)
      check_entry(bytes, {.type = type, .flags = flag, .mask = 0x120089, .sid = "S-1-5-20"});
}

}  // namespace rdpdoctor::fuzz
