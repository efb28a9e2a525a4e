// Any bytes: the registry as text, by both readers. Keys and values are given out in one order, a part that
// is claimed whole was read without a problem, and a sink that stops is obeyed.
#include "formats/reg_file.h"

#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

using Reads = Result<formats::RegistryText> (*)(ByteSource&, const formats::RegistryTextSink&);

void check(View bytes, Reads reads, std::uint64_t most_values) {
  std::uint64_t keys = 0, values = 0;
  std::string last;
  formats::RegistryTextSink sink{[&](const std::string& key) {
                                   ++keys;
                                   last = key;
                                   return true;
                                 },
                                 [&](const std::string& key, const formats::RegistryTextValue&) {
                                   expects(key == last && values < most_values);
                                   return ++values < most_values;
                                 }};
  auto source = over(bytes);
  auto read = reads(*source, sink);
  if (!read) return;
  expects(read->keys == keys && read->values == values);
  for (const formats::RegistryTextPart& part : read->parts)
    expects(part.extent == formats::RegistryTextPart::Extent::nothing ||
            (read->problem.empty() && !read->changes && !read->by_hand));
}

}  // namespace

void run(View bytes) {
  static_cast<void>(formats::registry_text_kind(bytes));
  for (std::uint64_t most : {std::uint64_t{3}, UINT64_MAX}) {
    check(bytes, formats::read_reg_file, most);
    check(bytes, formats::read_reg_query, most);
  }
}

}  // namespace rdpdoctor::fuzz
