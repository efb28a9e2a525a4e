#include "host/bundle/records_json.h"

#include <algorithm>

namespace rdpdoctor::host {
namespace {

constexpr std::size_t most_content = 64U << 20U;  // of all files together

std::string why_of(const Json& object) {
  return printable(text_of(object, "unreadable"));
}

std::optional<RegistryValue> value_of(const Json& item) {
  auto data = from_hex(text_of(item, "data"));
  if (!item.is_object() || !data) return std::nullopt;
  return RegistryValue{text_of(item, "name"), small(number_of(item, "type")), std::move(*data)};
}

std::optional<std::string> text_in(const Json& item) {
  return item.is_string() ? std::optional(item.get<std::string>()) : std::nullopt;
}

// Of an object that is the thing itself, {"absent": true} or {"unreadable": "why"}.
template <class T>
Reading<T> object_reading(const Json& item, std::optional<T> is) {
  if (item.contains("unreadable")) return Reading<T>::unreadable(why_of(item));
  if (is_true(item, "absent")) return Reading<T>::absent();
  return is ? Reading<T>::present(std::move(*is)) : Reading<T>{};
}

template <class T>
std::optional<Reading<T>> where_asked(Reading<T> reading) {
  if (reading.state == Presence::not_looked) return std::nullopt;
  return reading;
}

RecordedKey key_of(const Json& item) {
  RecordedKey out;
  for_objects(item, "asked", [&](const Json& value) {
    auto reading = object_reading<RegistryValue>(value, value_of(value));
    if (reading.state != Presence::not_looked) out.values[text_of(value, "name")] = std::move(reading);
  });
  out.list = where_asked(list_reading<RegistryValue>(item, "values", value_of));
  out.subkeys = where_asked(list_reading<std::string>(item, "subkeys", text_in));
  out.security = where_asked(security_of(item));
  return out;
}

class FileReader {
 public:
  explicit FileReader(FileTree& tree) : tree_(tree) {}

  RecordedFile file_of(const Json& item) {
    RecordedFile out;
    out.info = object_reading<FileInfo>(item, info_of(item));
    out.names = where_asked(list_reading<std::string>(item, "names", text_in));
    out.security = where_asked(security_of(item));
    if (const Json* content = field_of(item, "content")) out.content = where_asked(content_of(*content));
    if (const Json* hive = field_of(item, "hive"); hive && hive->is_object()) out.hive = hive_of(*hive);
    return out;
  }

 private:
  static std::optional<FileInfo> info_of(const Json& item) {
    const auto size = number_of(item, "size");
    if (!size) return std::nullopt;
    return FileInfo{.is_folder = is_true(item, "folder"),
                    .size = *size,
                    .modified = from_rfc3339(text_of(item, "modified")),
                    .is_link = item.contains("link"),
                    .link = text_of(item, "link")};
  }

  static HiveExcerpt hive_of(const Json& item) {
    HiveExcerpt out{.size = number_of(item, "size").value_or(0),
                    .problem = printable(text_of(item, "problem")),
                    .expected = printable(text_of(item, "expected")),
                    .not_read = is_true(item, "not_read")};
    static constexpr std::size_t most = 512;
    if (auto header = from_hex(text_of(item, "header")); header && header->size() <= most)
      out.header = std::move(*header);
    return out;
  }

  Reading<FileParts> content_of(const Json& item) {
    using Content = Reading<FileParts>;
    if (item.is_string() && item.get<std::string>() == "absent") return Content::absent();
    if (!item.is_object()) return {};
    if (item.contains("unreadable")) return Content::unreadable(why_of(item));
    auto bytes = copy_of(text_of(item, "copy"));
    if (!bytes.get()) return Content::unreadable("its content in the bundle: " + bytes.why);
    FileParts out{.size = number_of(item, "size").value_or(0), .parts = {}};
    std::size_t at = 0;
    if (const Json* parts = list_of(item, "parts"))
      for (const Json& part : *parts) {
        if (!part.is_array() || part.size() != 2 || !part[0].is_number_unsigned() ||
            !part[1].is_number_unsigned())
          continue;
        const auto length = part[1].get<std::uint64_t>();
        if (bytes.value.size() - at < length) return Content::unreadable("its content in the bundle is cut");
        const auto begin = bytes.value.begin() + static_cast<std::ptrdiff_t>(at);
        at += static_cast<std::size_t>(length);
        out.parts[part[0].get<std::uint64_t>()] =
            Bytes(begin, bytes.value.begin() + static_cast<std::ptrdiff_t>(at));
      }
    return Content::present(std::move(out));
  }

  Reading<Bytes> copy_of(const std::string& copy) {
    if (copy.empty()) return Reading<Bytes>::present({});
    if (!stays_inside(copy)) return Reading<Bytes>::unreadable("its name leads elsewhere");
    auto file = tree_.open(copy);
    if (!file.get()) return Reading<Bytes>::unreadable(file.why.empty() ? "it is not there" : file.why);
    const auto source = in_order(*file.value);
    auto bytes = read_all(*source, room_);
    if (!bytes) return Reading<Bytes>::unreadable(printable(to_text(bytes.error())));
    room_ -= bytes->size();
    return Reading<Bytes>::present(std::move(*bytes));
  }

  FileTree& tree_;
  std::size_t room_ = most_content;
};

RecordedLog log_of(const Json& item) {
  RecordedLog out;
  std::string copy = text_of(item, "copy");
  out.source = object_reading<std::string>(item, text_of(item, "source"));
  if (out.source.get() && !stays_inside(copy))
    out.source = Reading<std::string>::unreadable("the bundle does not hold it");
  out.copy = std::move(copy);
  return out;
}

std::optional<HiveRead> hive_read_of(const Json& item) {
  static constexpr std::string_view words[] = {"clean",   "recovered", "dirty",
                                               "damaged", "missing",   "unreadable"};
  if (!item.is_object()) return std::nullopt;
  const auto* word = std::ranges::find(words, text_of(item, "state"));
  if (word == std::end(words)) return std::nullopt;
  return HiveRead{text_of(item, "name"), text_of(item, "path"), static_cast<HiveState>(word - words),
                  text_of(item, "detail")};
}

std::optional<SavedCredential> credential_of(const Json& item) {
  return SavedCredential{.target = text_of(item, "target"),
                         .user = text_of(item, "user"),
                         .kind = text_of(item, "kind"),
                         .written = from_rfc3339(text_of(item, "written")),
                         .persist = text_of(item, "persist")};
}

std::optional<SecurityProduct> product_of(const Json& item) {
  SecurityProduct out{.name = text_of(item, "name"),
                      .kind = text_of(item, "kind"),
                      .path = text_of(item, "path"),
                      .on = std::nullopt};
  if (const Json* on = field_of(item, "on"); on && on->is_boolean()) out.on = on->get<bool>();
  return out;
}

std::uint16_t port_of(const Json& item, const char* name) {
  const std::uint32_t port = small(number_of(item, name));
  return port <= 0xFFFF ? static_cast<std::uint16_t>(port) : 0;
}

std::optional<FilterDrop> drop_of(const Json& item) {
  auto at = from_rfc3339(text_of(item, "at"));
  if (!at) return std::nullopt;
  return FilterDrop{.at = *at,
                    .direction = text_of(item, "direction"),
                    .protocol = text_of(item, "protocol"),
                    .local_address = text_of(item, "local_address"),
                    .remote_address = text_of(item, "remote_address"),
                    .local_port = port_of(item, "local_port"),
                    .remote_port = port_of(item, "remote_port"),
                    .program = text_of(item, "program"),
                    .filter = text_of(item, "filter"),
                    .layer = text_of(item, "layer")};
}

std::optional<RunningService> service_of(const Json& item) {
  return RunningService{.name = text_of(item, "name"),
                        .state = text_of(item, "state"),
                        .process_id = small(number_of(item, "pid")),
                        .exit_code = small(number_of(item, "exit_code"))};
}

std::optional<Listening> listening_of(const Json& item) {
  const std::uint16_t port = port_of(item, "port");
  if (port == 0) return std::nullopt;
  return Listening{.protocol = text_of(item, "protocol"),
                   .address = text_of(item, "address"),
                   .port = port,
                   .process_id = small(number_of(item, "pid")),
                   .program = text_of(item, "program"),
                   .service = text_of(item, "service")};
}

// A text, "absent", or {"unreadable": "why"}.
Reading<std::string> text_reading(const Json& top, const char* name) {
  const Json* field = field_of(top, name);
  if (!field) return {};
  if (field->is_object() && field->contains("unreadable"))
    return Reading<std::string>::unreadable(why_of(*field));
  const std::string text = text_of(top, name);
  if (text == "absent") return Reading<std::string>::absent();
  return text.empty() ? Reading<std::string>{} : Reading<std::string>::present(text);
}

Reading<Instant> instant_of(const Reading<std::string>& text) {
  if (!text.get()) return {text.state, {}, text.why};
  auto at = from_rfc3339(text.value);
  return at ? Reading<Instant>::present(*at) : Reading<Instant>{};
}

bool is_control_set(std::string_view name) {
  static constexpr std::string_view begin = "ControlSet";
  return name.starts_with(begin) && decimal<std::uint16_t>(name.substr(begin.size())).has_value();
}

}  // namespace

bool stays_inside(const std::string& copy) {
  return std::ranges::all_of(split(copy, '/'), [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." &&
           part.find_first_of("\\:") == std::string_view::npos;
  });
}

Reading<formats::SecurityDescriptor> security_of(const Json& object) {
  using Security = Reading<formats::SecurityDescriptor>;
  static constexpr std::string_view cannot = "its access list in the bundle can't be read: ";
  if (text_of(object, "security") == "absent") return Security::absent();
  const std::string sddl = text_of(object, "sddl"), descriptor = text_of(object, "descriptor");
  const std::string why_not = text_of(object, "no_security");
  if (sddl.empty() && descriptor.empty())
    return why_not.empty() ? Security{} : Security::unreadable(printable(why_not));
  auto read = sddl.empty() ? formats::decode_security_descriptor(from_hex(descriptor).value_or(Bytes{}))
                           : formats::from_sddl(sddl);
  if (!read) return Security::unreadable(std::string(cannot) + to_text(read.error()));
  return Security::present(std::move(*read));
}

Records read_records(const Json& top, FileTree& tree) {
  Records out;
  FileReader files(tree);
  for_objects(top, "registry", [&](const Json& item) {
    if (std::string key = text_of(item, "key"); !key.empty()) out.keys[std::move(key)] = key_of(item);
  });
  for_objects(top, "paths", [&](const Json& item) {
    if (std::string path = text_of(item, "path"); !path.empty())
      out.files[std::move(path)] = files.file_of(item);
  });
  for_objects(top, "logs", [&](const Json& item) {
    if (std::string channel = text_of(item, "channel"); !channel.empty())
      out.logs[std::move(channel)] = log_of(item);
  });
  out.hives = list_reading<HiveRead>(top, "hives", hive_read_of).value;
  if (const std::string set = text_of(top, "control_set"); is_control_set(set)) out.control_set = set;
  out.running_services = list_reading<RunningService>(top, "services", service_of);
  out.listening = list_reading<Listening>(top, "listening", listening_of);
  out.clock = instant_of(text_reading(top, "clock"));
  out.user = text_reading(top, "user");
  out.saved_credentials = list_reading<SavedCredential>(top, "credentials", credential_of);
  out.security_products = list_reading<SecurityProduct>(top, "security_products", product_of);
  out.filter_drops = list_reading<FilterDrop>(top, "filter_drops", drop_of);
  return out;
}

}  // namespace rdpdoctor::host
