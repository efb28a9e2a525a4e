#include "host/live/reparse_link.h"

#include "base/ascii.h"
#include "fmt/core.h"
#include "formats/reparse_point.h"
#include "host/file_tree.h"

namespace rdpdoctor::host {

std::string reparse_link(View reparse_point) {
  auto point = formats::decode_reparse_point(reparse_point);
  if (!point) return fmt::format("{}its reparse point is damaged: {}", link_blocked, to_text(point.error()));
  const std::string& target = point->target;
  if (target.empty())
    return fmt::format("{}it is {}, which can't be read here", link_blocked,
                       formats::reparse_tag_words(point->tag));
  const bool drive = 2 <= target.size() && is_letter(target[0]) && target[1] == ':';
  return point->relative || drive ? target : fmt::format("{}{}", link_outside, target);
}

}  // namespace rdpdoctor::host
