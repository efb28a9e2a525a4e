#include "host/hive_edit.h"

#ifndef _WIN32
#include <hivex.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>

#include "fmt/core.h"
#include "formats/hive_names.h"
#endif
#include "base/text.h"

namespace rdpdoctor::host {

#ifdef _WIN32
Result<void> write_edited_hive(const std::string&, const std::string&, const std::vector<RegistryEdit>&) {
  return std::unexpected(Error{"edit a registry hive on Windows", ErrorKind::usage, 0, "Linux"});
}
#else
namespace {

struct Free {
  void operator()(void* memory) const { std::free(memory); }
  void operator()(hive_h* hive) const { hivex_close(hive); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

std::unexpected<Error> failed(std::string_view doing, std::string_view what) {
  const int code = errno;
  return std::unexpected(
      Error{fmt::format("{} {}: {}", doing, printable(what), std::generic_category().message(code)),
            ErrorKind::io, code, ""});
}

bool same(std::string_view a, std::string_view b) {
  return formats::same_name(formats::hive_name(a), formats::hive_name(b));
}

// hivex computes the hash of a list's elements and their order as Windows does for these alone.
bool is_ascii(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return 0x20 <= c && c < 0x7F; });
}

class Editor {
 public:
  explicit Editor(hive_h* hive) : hive_(hive) {}

  Result<void> edit(const RegistryEdit& edit) {
    using Kind = RegistryEdit::Kind;
    const bool makes = edit.kind == Kind::set_value || edit.kind == Kind::make_key;
    auto key = find(edit.key, makes);
    if (!key) return std::unexpected(key.error());
    if (*key == 0) return {};
    switch (edit.kind) {
      case Kind::set_value: return set(*key, edit.value);
      case Kind::delete_value: return remove(*key, edit.value.name);
      case Kind::make_key: return {};
      case Kind::delete_key:
        if (hivex_node_delete_child(hive_, *key) != 0) return failed("delete the key", edit.key);
        return {};
    }
    return {};
  }

 private:
  // 0: there is none.
  Result<hive_node_h> find(std::string_view path, bool make) {
    hive_node_h at = hivex_root(hive_);
    if (at == 0) return failed("find the root", "");
    if (path.empty()) return at;
    for (const std::string_view part : split(path, '\\')) {
      auto next = child(at, part);
      if (!next) return next;
      if (*next == 0 && !make) return *next;
      if (*next == 0) next = add(at, std::string(part));
      if (!next) return next;
      at = *next;
    }
    return at;
  }

  Result<hive_node_h> child(hive_node_h at, std::string_view name) {
    const Owned<hive_node_h> list(hivex_node_children(hive_, at));
    if (!list) return failed("list the keys above", name);
    for (const hive_node_h* next = list.get(); *next != 0; ++next) {
      const Owned<char> found(hivex_node_name(hive_, *next));
      if (!found) return failed("read the names of keys beside", name);
      if (same(found.get(), name)) return *next;
    }
    return hive_node_h{0};
  }

  Result<hive_node_h> add(hive_node_h at, const std::string& name) {
    if (name.empty() || !is_ascii(name))
      return std::unexpected(Error{"make the key " + printable(name), ErrorKind::usage, 0,
                                   "a name of ASCII characters: others can be made by a script alone"});
    const hive_node_h made = hivex_node_add_child(hive_, at, name.c_str());
    if (made == 0) return failed("make the key", name);
    return made;
  }

  // A name as the hive has it, where it has such a value.
  Result<std::string> stored_name(hive_node_h key, const std::string& name) {
    const Owned<hive_value_h> list(hivex_node_values(hive_, key));
    if (!list) return failed("list the values beside", name);
    for (const hive_value_h* next = list.get(); *next != 0; ++next) {
      const Owned<char> found(hivex_value_key(hive_, *next));
      if (!found) return failed("read the names of values beside", name);
      if (same(found.get(), name)) return std::string(found.get());
    }
    return name;
  }

  Result<void> set(hive_node_h key, const RegistryValue& value) {
    if (value.name.contains('\0'))
      return std::unexpected(
          Error{"set the value " + printable(value.name), ErrorKind::usage, 0, "a name without NUL"});
    auto name = stored_name(key, value.name);
    if (!name) return std::unexpected(name.error());
    Bytes data = value.data;
    data.reserve(1);  // hivex copies from it even where there is nothing
    const hive_set_value setting = settings(*name, value.type, data);
    if (hivex_node_set_value(hive_, key, &setting, 0) != 0) return failed("set the value", value.name);
    return {};
  }

  // hivex has no call for it: the others are set again.
  Result<void> remove(hive_node_h key, const std::string& name) {
    const Owned<hive_value_h> list(hivex_node_values(hive_, key));
    if (!list) return failed("list the values beside", name);
    std::vector<RegistryValue> kept;
    bool found = false;
    for (const hive_value_h* next = list.get(); *next != 0; ++next) {
      auto value = read(*next);
      if (!value) return std::unexpected(value.error());
      const bool is_it = same(value->name, name);
      found = found || is_it;
      if (!is_it) kept.push_back(std::move(*value));
    }
    if (!found) return {};
    std::vector<hive_set_value> settings_of_kept;
    for (RegistryValue& value : kept)
      settings_of_kept.push_back(settings(value.name, value.type, value.data));
    if (hivex_node_set_values(hive_, key, settings_of_kept.size(), settings_of_kept.data(), 0) != 0)
      return failed("delete the value", name);
    return {};
  }

  Result<RegistryValue> read(hive_value_h at) {
    const Owned<char> name(hivex_value_key(hive_, at));
    if (!name) return failed("read the name of a value", "");
    hive_type type{};
    std::size_t size = 0;
    const Owned<char> data(hivex_value_value(hive_, at, &type, &size));
    if (!data) return failed("read the value", name.get());
    RegistryValue out{.name = name.get(), .type = 0, .data = Bytes(data.get(), data.get() + size)};
    out.data.reserve(1);
    // Types that hivex has no name for are not values of its enum.
    std::memcpy(&out.type, &type, sizeof out.type);
    return out;
  }

  static hive_set_value settings(std::string& name, std::uint32_t type, Bytes& data) {
    hive_set_value out{};
    static_assert(sizeof out.t == sizeof type);
    out.key = name.data();
    std::memcpy(&out.t, &type, sizeof type);
    out.len = data.size();
    out.value = reinterpret_cast<char*>(data.data());
    return out;
  }

  hive_h* hive_;
};

}  // namespace

Result<void> write_edited_hive(const std::string& from, const std::string& to,
                               const std::vector<RegistryEdit>& edits) {
  const Owned<hive_h> hive(hivex_open(from.c_str(), HIVEX_OPEN_WRITE));
  if (!hive) return failed("open", "it for editing");
  Editor editor(hive.get());
  for (const RegistryEdit& edit : edits)
    if (auto done = editor.edit(edit); !done) return done;
  if (hivex_commit(hive.get(), to.c_str(), 0) != 0) return failed("write", "the edited copy");
  return {};
}
#endif

}  // namespace rdpdoctor::host
