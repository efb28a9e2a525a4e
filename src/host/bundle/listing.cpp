#include "host/bundle/listing.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::host {
namespace {

using Json = nlohmann::json;

// "" and 0 for what is missing or of another type: one bad field must not cost the rest.
std::string text_of(const Json& object, const char* name) {
  auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}
std::optional<std::uint64_t> number_of(const Json& object, const char* name) {
  auto at = object.find(name);
  if (at == object.end() || !at->is_number_unsigned()) return std::nullopt;
  return at->get<std::uint64_t>();
}
bool is_true(const Json& object, const char* name) {
  auto at = object.find(name);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}
// nullptr when there is no such list.
const Json* list_of(const Json& object, const char* name) {
  auto at = object.find(name);
  return at != object.end() && at->is_array() ? &*at : nullptr;
}
template <class Do>
void for_objects(const Json& top, const char* name, Do act) {
  const Json* list = list_of(top, name);
  if (!list) return;
  for (const Json& item : *list)
    if (item.is_object()) act(item);
}

std::uint32_t small(std::optional<std::uint64_t> number) {
  return number && *number <= UINT32_MAX ? static_cast<std::uint32_t>(*number) : 0;
}

Reading<formats::SecurityDescriptor> security_of(const Json& object) {
  using Security = Reading<formats::SecurityDescriptor>;
  const std::string sddl = text_of(object, "sddl");
  const std::string why_not = text_of(object, "no_security");
  if (sddl.empty() && !why_not.empty()) return Security::unreadable(printable(why_not));
  if (sddl.empty()) return {};
  auto read = formats::from_sddl(sddl);
  if (!read)
    return Security::unreadable("its access list in the bundle can't be read: " + to_text(read.error()));
  return Security::present(std::move(*read));
}

// "files/NTUSER.DAT", and nothing that could lead out of the bundle.
bool stays_inside(const std::string& copy) {
  return std::ranges::all_of(split(copy, '/'), [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." &&
           part.find_first_of("\\:") == std::string_view::npos;
  });
}

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

void read_running(const Json& top, BundleHost& host) {
  if (list_of(top, "services")) {
    std::vector<RunningService> services;
    for_objects(top, "services", [&](const Json& item) {
      services.push_back({.name = text_of(item, "name"),
                          .state = text_of(item, "state"),
                          .process_id = small(number_of(item, "pid")),
                          .exit_code = small(number_of(item, "exit_code"))});
    });
    host.parts().set_running_services(Reading<std::vector<RunningService>>::present(std::move(services)));
  }
  if (!list_of(top, "listening")) return;
  std::vector<Listening> sockets;
  for_objects(top, "listening", [&](const Json& item) {
    const std::uint32_t port = small(number_of(item, "port"));
    if (port == 0 || 0xFFFF < port) return;
    sockets.push_back({.protocol = text_of(item, "protocol"),
                       .address = text_of(item, "address"),
                       .port = static_cast<std::uint16_t>(port),
                       .process_id = small(number_of(item, "pid")),
                       .program = text_of(item, "program"),
                       .service = text_of(item, "service")});
  });
  host.parts().set_listening(Reading<std::vector<Listening>>::present(std::move(sockets)));
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
  read_running(top, host);
  if (auto at = from_rfc3339(text_of(top, "clock"))) host.parts().set_clock(Reading<Instant>::present(*at));
  read_covers(top, host);
  return "";
}

}  // namespace rdpdoctor::host
