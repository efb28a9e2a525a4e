#include "fixes/engine/change_json.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.h"
#include "formats/security_descriptor.h"
#include "host/registry.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::array<std::string_view, 3> action_names{"start", "stop", "restart"};
// The types that have a name; others are numbers.
constexpr std::array named_types{host::reg_none,   host::reg_sz,       host::reg_expand_sz,
                                 host::reg_binary, host::reg_dword,    host::reg_dword_big_endian,
                                 host::reg_link,   host::reg_multi_sz, host::reg_qword};

// ---- writing ----

// For a person; what is read back is the data.
void write_readable(Json& out, const Stored& value) {
  const auto reading = Reading<host::RegistryValue>::present({"", value.type, value.data});
  if (auto number = host::as_qword(reading); number.get()) {
    out["number"] = number.value;
  } else if (auto text = host::as_text(reading); text.get()) {
    out["text"] = text.value;
  } else if (auto texts = host::as_texts(reading); texts.get()) {
    out["texts"] = texts.value;
  }
}

void write_stored(Json& out, const Stored& value) {
  if (std::ranges::find(named_types, value.type) != named_types.end())
    out["type"] = host::type_name(value.type);
  else
    out["type"] = value.type;
  write_readable(out, value);
  out["data"] = hex(value.data);
}

Json written(const std::optional<Stored>& value) {
  Json out;
  if (value) write_stored(out, *value);
  return out;
}

Json written(const std::optional<KeyTree>& tree) {
  if (!tree) return {};
  Json out = Json::object();
  for (const auto& [path, values] : tree->keys) {
    Json& list = out[path] = Json::array();
    for (const auto& value : values) {
      Json one{{"name", value.name}};
      write_stored(one, value.is);
      list.push_back(std::move(one));
    }
  }
  return out;
}

Json written(const Bytes& descriptor) {
  Json out = Json::object();
  auto decoded = formats::decode_security_descriptor(descriptor);
  if (decoded) out["sddl"] = formats::to_sddl(*decoded);
  out["data"] = hex(descriptor);
  return out;
}

struct Write {
  Json& out;
  const JournalEntry& entry;

  void made() const {
    if (!entry.makes.empty()) out["makes"] = entry.makes;
  }
  void operator()(const SetValue& c) const {
    out["key"] = c.key;
    out["name"] = c.name;
    out["before"] = written(c.before);
    out["after"] = written(c.after);
    made();
  }
  void operator()(const SetKey& c) const {
    out["key"] = c.key;
    out["before"] = written(c.before);
    out["after"] = written(c.after);
    made();
    if (entry.security.empty()) return;
    Json& all = out["access"] = Json::object();
    for (const auto& [path, descriptor] : entry.security) all[path] = written(descriptor);
  }
  void operator()(const SetAccess& c) const {
    out[c.is_key ? "key" : "path"] = c.path;
    out["before"] = written(c.before);
    out["after"] = written(c.after);
  }
  void operator()(const SetAside& c) const {
    out["path"] = c.path;
    out["size"] = c.size;
    out["as"] = entry.as;
  }
  void operator()(const ControlService& c) const {
    out["service"] = c.name;
    out["action"] = action_names[static_cast<std::size_t>(c.action)];
  }
  void operator()(const RunCommand& c) const {
    out["command"] = c.command;
    out["undo"] = c.undo;
    out["destroys"] = c.destroys;
  }
};

// ---- reading ----

std::uint32_t read_type(Members& in) {
  const Json& type = in.any("type");
  if (!type.is_string())
    return static_cast<std::uint32_t>(in.number("type", std::numeric_limits<std::uint32_t>::max()));
  const std::string name = in.text("type");
  for (const std::uint32_t known : named_types)
    if (host::type_name(known) == name) return known;
  in.fail("type");
  return 0;
}

Stored read_stored(Members& in) {
  Stored out;
  out.type = read_type(in);
  out.data = in.data("data");
  return out;
}

void read_stored(Members& in, const char* name, std::optional<Stored>& out) {
  const Json& value = in.any(name);
  if (value.is_null()) return;
  Members members(value);
  out = read_stored(members);
  if (!members.problem().empty()) in.fail(name);
}

void read_tree(Members& in, const char* name, std::optional<KeyTree>& out) {
  const Json& tree = in.any(name);
  if (tree.is_null()) return;
  if (!tree.is_object()) return in.fail(name);
  out.emplace();
  for (const auto& [path, values] : tree.items()) {
    auto& list = out->keys[path];
    if (!values.is_array()) return in.fail(name);
    for (const Json& value : values) {
      Members members(value);
      KeyTree::Value one{members.text("name"), read_stored(members)};
      if (!members.problem().empty()) return in.fail(name);
      list.push_back(std::move(one));
    }
  }
}

Bytes read_descriptor(Members& in, const char* name) {
  Members members(in.any(name));
  Bytes out = members.data("data");
  if (!members.problem().empty()) in.fail(name);
  return out;
}

SetValue read_value(Members& in, JournalEntry& entry) {
  SetValue out{in.text("key"), in.text("name"), {}, {}};
  read_stored(in, "before", out.before);
  read_stored(in, "after", out.after);
  entry.makes = in.text_or_none("makes");
  return out;
}

SetKey read_key(Members& in, JournalEntry& entry) {
  SetKey out{in.text("key"), {}, {}};
  read_tree(in, "before", out.before);
  read_tree(in, "after", out.after);
  entry.makes = in.text_or_none("makes");
  const Json& access = in.any("access");
  if (access.is_null()) return out;
  if (!access.is_object()) in.fail("access");
  for (const auto& [path, descriptor] : access.items()) {
    Members members(descriptor);
    entry.security[path] = members.data("data");
    if (!members.problem().empty()) in.fail("access");
  }
  return out;
}

SetAccess read_access(Members& in) {
  SetAccess out;
  out.is_key = in.any("key").is_string();
  out.path = in.text(out.is_key ? "key" : "path");
  out.before = read_descriptor(in, "before");
  out.after = read_descriptor(in, "after");
  return out;
}

ControlService read_service(Members& in) {
  ControlService out{in.text("service"), {}};
  const auto* action = std::ranges::find(action_names, in.text("action"));
  if (action == action_names.end())
    in.fail("action");
  else
    out.action = static_cast<host::ServiceAction>(action - action_names.begin());
  return out;
}

RunCommand read_command(Members& in) {
  RunCommand out{in.texts("command"), in.texts("undo"), in.text("destroys")};
  if (out.command.empty()) in.fail("command");
  return out;
}

}  // namespace

const Json& Members::any(const char* name) {
  static const Json none;
  if (!object_.is_object()) return none;
  const auto at = object_.find(name);
  return at == object_.end() ? none : *at;
}

void Members::fail(std::string_view name) {
  if (problem_.empty()) problem_ = '"' + std::string(name) + "\" is missing or has another form";
}

std::string Members::text(const char* name) {
  const Json& value = any(name);
  if (value.is_string()) return value.get<std::string>();
  fail(name);
  return {};
}

std::string Members::text_or_none(const char* name) {
  return any(name).is_null() ? std::string() : text(name);
}

std::uint64_t Members::number(const char* name, std::uint64_t most) {
  const Json& value = any(name);
  if (value.is_number_unsigned() && value.get<std::uint64_t>() <= most) return value.get<std::uint64_t>();
  fail(name);
  return 0;
}

std::vector<std::string> Members::texts(const char* name) {
  std::vector<std::string> out;
  const Json& list = any(name);
  if (!list.is_array()) fail(name);
  for (const Json& one : list) {
    if (!one.is_string()) {
      fail(name);
      return {};
    }
    out.push_back(one.get<std::string>());
  }
  return out;
}

Bytes Members::data(const char* name) {
  auto bytes = from_hex(text(name));
  if (!bytes) fail(name);
  return bytes ? std::move(*bytes) : Bytes{};
}

void write_change(Json& out, const JournalEntry& entry) {
  out["change"] = type_of(entry.change);
  out["says"] = entry.change.says;
  std::visit(Write{out, entry}, entry.change.what);
}

void read_change(Members& in, JournalEntry& entry) {
  const std::string type = in.text("change");
  Change& change = entry.change;
  change.says = in.text("says");
  if (type == "registry value") {
    change.what = read_value(in, entry);
  } else if (type == "registry key") {
    change.what = read_key(in, entry);
  } else if (type == "access list") {
    change.what = read_access(in);
  } else if (type == "file set aside") {
    change.what = SetAside{in.text("path"), in.number("size", std::numeric_limits<std::uint64_t>::max())};
    entry.as = in.text("as");
  } else if (type == "service") {
    change.what = read_service(in);
  } else if (type == "command") {
    change.what = read_command(in);
  } else {
    in.fail("change");
  }
}

}  // namespace rdpdoctor::fixes
