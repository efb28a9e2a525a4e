// What a collection keeps of a registry hive that was opened to see whether it is damaged: the judgement, and
// of its content no more than the fields of its header that the judgement is about.
#pragma once

#include <memory>

#include "base/byte_source.h"

namespace rdpdoctor::host {

struct HiveExcerpt {
  std::uint64_t size = 0;
  Bytes header;           // at most 512 bytes; "" where it does not begin as a hive does
  std::string problem;    // why its keys can't be read, "" if they can
  std::string expected;   // what would have been right there
  bool not_read = false;  // it is the disk's problem, not the hive's
};

// `file` is read as far as it takes to list the keys of its root.
[[nodiscard]] HiveExcerpt excerpt_of(RandomSource& file);

// A file that gives whoever judges it the same answer: a hive without any keys, or one whose keys can't be
// read for the same reason.
[[nodiscard]] std::unique_ptr<RandomSource> source_of(HiveExcerpt excerpt);

}  // namespace rdpdoctor::host
