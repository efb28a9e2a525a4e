#include "host/bundle/listing.h"

#include "base/text.h"
#include "fmt/core.h"
#include "host/bundle/records_json.h"

namespace rdpdoctor::host {
namespace {

void read_files(const Json& top, BundleHost& host) {
  for_objects(top, "files", [&](const Json& item) {
    const std::string path = text_of(item, "path");
    if (path.empty()) return;
    const auto size = number_of(item, "size");
    MemoryFile file{.info = {.is_folder = is_true(item, "folder"),
                             .size = size.value_or(0),
                             .modified = from_rfc3339(text_of(item, "modified"))}};
    file.security = security_of(item);
    if (std::string copy = text_of(item, "copy"); stays_inside(copy)) host.has_copy(path, std::move(copy));
    if (!size && !file.info.is_folder) host.size_not_known(path);
    host.parts().add_file(path, std::move(file));
  });
}

void read_unreadable(const Json& top, BundleHost& host) {
  for_objects(top, "unreadable", [&](const Json& item) {
    const std::string path = text_of(item, "path");
    std::string why = text_of(item, "why");
    if (path.empty()) return;
    why = why.empty() ? "it could not be read when the bundle was made" : printable(why);
    bool is_key = lower(path).starts_with("hk");
    const std::size_t name = path.find(": ");
    if (is_key && name != std::string::npos)
      host.parts().set_unreadable(path.substr(0, name), path.substr(name + 2), std::move(why));
    else if (is_key)
      host.parts().key_unreadable(path, std::move(why));
    else
      host.parts().add_file(path, {.unreadable = std::move(why)});
  });
}

void read_covers(const Json& top, BundleHost& host) {
  auto covers = top.find("covers");
  if (covers == top.end() || !covers->is_object()) return;
  auto each = [&](const char* name, auto act) {
    if (const Json* list = list_of(*covers, name))
      for (const Json& item : *list)
        if (item.is_string() && !item.get<std::string>().empty()) act(item.get<std::string>());
  };
  each("files", [&](const std::string& folder) { host.holds_folder(folder); });
  each("channels", [&](const std::string& channel) { host.looked_for_log(channel); });
  each("keys", [&](const std::string& key) { host.looked_for_key(key); });
}

}  // namespace

std::string read_listing(std::string_view text, BundleHost& host) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const Json top = Json::parse(text, nullptr, false);
  if (!top.is_object()) return "it is no JSON object";
  if (const std::string schema = text_of(top, "schema"); schema != listing_schema)
    return fmt::format("its schema is \"{}\", and \"{}\" is known", printable(schema, 40), listing_schema);
  read_files(top, host);
  for_objects(top, "keys", [&](const Json& item) {
    const std::string key = text_of(item, "key");
    auto security = security_of(item);
    if (!key.empty() && security.get()) host.parts().set_key_security(key, std::move(security.value));
  });
  read_unreadable(top, host);
  host.answer_as(read_records(top, host.tree()));
  read_covers(top, host);
  return "";
}

}  // namespace rdpdoctor::host
