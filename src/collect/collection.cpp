#include "collect/collection.h"

#include "collect/listing_json.h"
#include "formats/digest.h"
#include "formats/zip_writer.h"
#include "host/bundle/listing.h"

namespace rdpdoctor::collect {
namespace {

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace

std::map<std::string, Bytes> members_of(const Collection& c) {
  std::map<std::string, Bytes> out;
  if (!c.case_json.empty()) out[std::string(case_name)] = bytes_of(c.case_json);
  if (c.records && !c.redacted)
    out[std::string(host::listing_name)] = bytes_of(listing_json(*c.records, c.computer, out));
  host::Manifest manifest{.made = c.made,
                          .program = c.program,
                          .computer = c.redacted ? "" : c.computer,
                          .role = c.role,
                          .target = c.target,
                          .redacted = c.redacted,
                          .files = {}};
  for (const auto& [name, content] : out)
    manifest.files[name] = {content.size(), formats::sha256_of(View(content))};
  out[std::string(manifest_name)] = bytes_of(host::to_json(manifest));
  return out;
}

Bytes archive_of(const std::map<std::string, Bytes>& members, Instant made) {
  return formats::write_zip(members, made).value_or(Bytes{});
}

}  // namespace rdpdoctor::collect
