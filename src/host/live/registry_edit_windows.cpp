#ifdef _WIN32
#include "host/live/registry_edit_windows.h"

#include <windows.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>
#include <utility>

#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"
#include "host/live/descriptor_layout.h"
#include "host/live/failed_windows.h"
#include "host/live/privilege_windows.h"
#include "host/live/registry_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

using Kind = RegistryEdit::Kind;
constexpr std::size_t most_keys = 20'000;  // below one that is deleted: no fix goes near it

class OpenKey {
 public:
  OpenKey() = default;
  OpenKey(const OpenKey&) = delete;
  OpenKey& operator=(const OpenKey&) = delete;
  ~OpenKey() {
    if (key_) RegCloseKey(key_);
  }
  [[nodiscard]] HKEY get() const { return key_; }
  [[nodiscard]] HKEY* out() { return &key_; }

 private:
  HKEY key_ = nullptr;
};

struct KeyPlace {
  HKEY root = nullptr;
  std::string root_name;
  std::string path;  // below the root
};

Result<KeyPlace> place_of(std::string_view key) {
  while (key.ends_with('\\')) key.remove_suffix(1);
  const std::size_t end = std::min(key.find('\\'), key.size());
  const std::string root = normal_key(key.substr(0, end));
  KeyPlace out{root == "hku" ? HKEY_USERS : HKEY_LOCAL_MACHINE, root == "hku" ? "HKU" : "HKLM",
               std::string(key.substr(std::min(end + 1, key.size())))};
  if ((root != "hklm" && root != "hku") || out.path.empty() || key.contains('\0'))
    return std::unexpected(
        Error{"write the key " + printable(key), ErrorKind::usage, 0, "one below HKLM or HKU"});
  return out;
}

LONG open(const KeyPlace& at, REGSAM rights, OpenKey& out) {
  return RegOpenKeyExW(at.root, wide(at.path).c_str(), 0, rights | KEY_WOW64_64KEY, out.out());
}

std::string whole(const KeyPlace& at, std::string_view path) {
  return fmt::format("{}\\{}", at.root_name, path);
}

// The nearest key above that is there, and the topmost one that would have to be made ("" none).
struct Missing {
  std::string there;
  std::string topmost;
};
Result<Missing> missing_of(const KeyPlace& at) {
  Missing out{at.path, ""};
  while (true) {
    OpenKey key;
    const auto code = static_cast<DWORD>(open({at.root, "", out.there}, KEY_QUERY_VALUE, key));
    if (!is_absence(code)) return out;  // there, or kept from us, which is for the writing to say
    if (!out.there.contains('\\'))
      return std::unexpected(
          Error{fmt::format("write to {}: {}", printable(whole(at, out.there)),
                            at.root == HKEY_USERS ? "the user is not logged on, and their registry is "
                                                    "loaded only then"
                                                  : "there is no such part of the registry"),
                ErrorKind::not_found, 0, ""});
    out.topmost = out.there;
    out.there = parent_of(out.there);
  }
}

Result<void> make_key(const std::string& name) {
  auto at = place_of(name);
  if (!at) return std::unexpected(at.error());
  OpenKey key;
  const LONG code = RegCreateKeyExW(at->root, wide(at->path).c_str(), 0, nullptr, REG_OPTION_NON_VOLATILE,
                                    KEY_QUERY_VALUE | KEY_WOW64_64KEY, nullptr, key.out(), nullptr);
  if (code != ERROR_SUCCESS) return failed("make the key " + printable(name), static_cast<DWORD>(code));
  return {};
}

std::string value_words(const RegistryEdit& edit) {
  return fmt::format("{}: {}", printable(edit.key),
                     edit.value.name.empty() ? "(Default)" : printable(edit.value.name));
}

Result<void> set_value(const RegistryEdit& edit) {
  auto at = place_of(edit.key);
  if (!at) return std::unexpected(at.error());
  OpenKey key;
  LONG code = RegCreateKeyExW(at->root, wide(at->path).c_str(), 0, nullptr, REG_OPTION_NON_VOLATILE,
                              KEY_SET_VALUE | KEY_WOW64_64KEY, nullptr, key.out(), nullptr);
  if (code == ERROR_SUCCESS)
    code = RegSetValueExW(key.get(), wide(edit.value.name).c_str(), 0, edit.value.type,
                          edit.value.data.data(), static_cast<DWORD>(edit.value.data.size()));
  if (code != ERROR_SUCCESS) return failed("write " + value_words(edit), static_cast<DWORD>(code));
  return {};
}

Result<void> delete_value(const RegistryEdit& edit) {
  auto at = place_of(edit.key);
  if (!at) return std::unexpected(at.error());
  OpenKey key;
  LONG code = open(*at, KEY_SET_VALUE, key);
  if (code == ERROR_SUCCESS) code = RegDeleteValueW(key.get(), wide(edit.value.name).c_str());
  if (code != ERROR_SUCCESS && !is_absence(static_cast<DWORD>(code)))
    return failed("delete " + value_words(edit), static_cast<DWORD>(code));
  return {};
}

Result<void> delete_key(const std::string& name) {
  auto at = place_of(name);
  if (!at) return std::unexpected(at.error());
  const std::string above = parent_of(at->path);
  if (above.empty())
    return std::unexpected(
        Error{"delete " + printable(name), ErrorKind::usage, 0, "a key below a hive's own"});
  OpenKey key;
  LONG code =
      open({at->root, "", above}, DELETE | KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE | KEY_SET_VALUE, key);
  if (code == ERROR_SUCCESS) code = RegDeleteTreeW(key.get(), wide(last_part(at->path)).c_str());
  if (code != ERROR_SUCCESS && !is_absence(static_cast<DWORD>(code)))
    return failed("delete the key " + printable(name), static_cast<DWORD>(code));
  return {};
}

// How to make one edit undone.
struct PutBack {
  std::vector<RegistryEdit> edits;
  std::vector<std::pair<std::string, Bytes>> access;  // of keys that were deleted, those above first
};

Result<void> keep_tree(const std::string& key, PutBack& into) {
  std::vector<std::string> left{key};
  for (std::size_t n = 0; !left.empty(); ++n) {
    const std::string at = std::move(left.back());
    left.pop_back();
    auto values = registry_values(at);
    auto subkeys = registry_subkeys(at);
    auto access = registry_security(at);
    const std::string& why = !values.get() ? values.why : !subkeys.get() ? subkeys.why : access.why;
    if (!values.get() || !subkeys.get() || !access.get() || n == most_keys)
      return std::unexpected(Error{fmt::format("keep what is in {}: {}", printable(at),
                                               n == most_keys ? "too many keys are below it" : why),
                                   ErrorKind::not_permitted, 0, ""});
    into.edits.push_back({Kind::make_key, at, {}});
    for (auto& value : values.value) into.edits.push_back({Kind::set_value, at, std::move(value)});
    into.access.emplace_back(at, std::move(access.value));
    for (const auto& name : subkeys.value) left.push_back(under(at, name));
  }
  return {};
}

Result<PutBack> keep(const RegistryEdit& edit, const Reading<RegistryValue>& before) {
  auto at = place_of(edit.key);
  if (!at) return std::unexpected(at.error());
  PutBack out;
  if (edit.kind == Kind::delete_key) {
    if (registry_values(edit.key).state == Presence::absent) return out;
    if (auto kept = keep_tree(edit.key, out); !kept) return std::unexpected(kept.error());
    return out;
  }
  const bool of_value = edit.kind != Kind::make_key;
  if (of_value && before.state == Presence::unreadable)
    return std::unexpected(Error{fmt::format("keep what is in {}: {}", value_words(edit), before.why),
                                 ErrorKind::not_permitted, 0, ""});
  if (of_value && before.get()) {
    out.edits.push_back({Kind::set_value, edit.key, before.value});
    return out;
  }
  if (edit.kind == Kind::delete_value) return out;
  auto missing = missing_of(*at);
  if (!missing) return std::unexpected(missing.error());
  if (!missing->topmost.empty())
    out.edits.push_back({Kind::delete_key, whole(*at, missing->topmost), {}});
  else if (of_value)
    out.edits.push_back({Kind::delete_value, edit.key, {.name = edit.value.name}});
  return out;
}

Result<void> write(const RegistryEdit& edit) {
  switch (edit.kind) {
    case Kind::set_value: return set_value(edit);
    case Kind::delete_value: return delete_value(edit);
    case Kind::make_key: return make_key(edit.key);
    case Kind::delete_key: return delete_key(edit.key);
  }
  return {};
}

// A service that keeps the value writes it itself, or in another way: what is left to write is seen by
// reading it back.
bool is_there(const RegistryEdit& edit) {
  const auto now = registry_value(edit.key, edit.value.name);
  if (edit.kind == Kind::delete_value) return now.state == Presence::absent;
  return edit.kind == Kind::set_value && now.get() && now.value.type == edit.value.type &&
         now.value.data == edit.value.data;
}

class Editing {
 public:
  explicit Editing(const ServiceSide& service_side) : service_side_(service_side) {}

  Result<void> one(const RegistryEdit& edit) {
    const bool of_value = edit.kind == Kind::set_value || edit.kind == Kind::delete_value;
    const auto before =
        of_value ? registry_value(edit.key, edit.value.name) : Reading<RegistryValue>::absent();
    auto kept = keep(edit, before);
    if (!kept) return std::unexpected(kept.error());
    kept_.push_back(std::move(*kept));
    return carry_out(edit, before);
  }

  // "" or what could not be put back.
  std::string put_back() {
    std::string problems;
    auto note = [&](const Result<void>& done) {
      if (!done) problems.append("; and what was done could not be put back: ").append(to_text(done.error()));
    };
    for (const PutBack& back : kept_ | std::views::reverse) {
      for (const RegistryEdit& edit : back.edits)
        note(carry_out(edit, registry_value(edit.key, edit.value.name)));
      for (const auto& [key, descriptor] : back.access) note(set_registry_security(key, descriptor));
    }
    return problems;
  }

 private:
  Result<void> carry_out(const RegistryEdit& edit, const Reading<RegistryValue>& before) const {
    const auto asked = service_side_(edit, before);
    if (is_there(edit)) return {};
    auto written = write(edit);
    if (!written && !asked)
      written.error().doing.append("; its service was asked first: ").append(to_text(asked.error()));
    return written;
  }

  const ServiceSide& service_side_;
  std::vector<PutBack> kept_;  // of each edit that was begun
};

// RegFlushKey writes the whole hive that a key belongs to: once for each.
Result<void> to_disk(const std::vector<RegistryEdit>& edits) {
  std::set<std::string> done;
  for (const RegistryEdit& edit : edits) {
    auto at = place_of(edit.key);
    if (!at) return std::unexpected(at.error());
    at->path = at->path.substr(0, at->path.find('\\'));
    if (!done.insert(normal_key(whole(*at, at->path))).second) continue;
    OpenKey key;
    LONG code = open(*at, KEY_QUERY_VALUE, key);
    if (code == ERROR_SUCCESS) code = RegFlushKey(key.get());
    if (code != ERROR_SUCCESS && !is_absence(static_cast<DWORD>(code)))
      return failed("write to the disk: " + printable(whole(*at, at->path)), static_cast<DWORD>(code));
  }
  return {};
}

}  // namespace

Result<void> edit_live_registry(const std::vector<RegistryEdit>& edits, const ServiceSide& service_side) {
  Editing editing(service_side);
  Result<void> done;
  for (std::size_t i = 0; done && i < edits.size(); ++i) done = editing.one(edits[i]);
  if (done) done = to_disk(edits);
  if (!done) done.error().doing.append(editing.put_back());
  return done;
}

Result<void> may_write_key(const std::string& key) {
  auto at = place_of(key);
  if (!at) return std::unexpected(at.error());
  auto missing = missing_of(*at);
  if (!missing) return std::unexpected(missing.error());
  OpenKey opened;
  const REGSAM rights = missing->topmost.empty() ? KEY_SET_VALUE : KEY_CREATE_SUB_KEY;
  const LONG code = open({at->root, "", missing->there}, rights, opened);
  if (code != ERROR_SUCCESS)
    return failed("write to " + printable(whole(*at, missing->there)), static_cast<DWORD>(code));
  return {};
}

namespace {

Result<void> set_parts(const KeyPlace& at, const DescriptorParts& parts, View descriptor,
                       const std::string& doing) {
  const SECURITY_INFORMATION what = (parts.owner ? OWNER_SECURITY_INFORMATION : 0U) |
                                    (parts.group ? GROUP_SECURITY_INFORMATION : 0U) |
                                    (parts.access ? DACL_SECURITY_INFORMATION : 0U);
  if (what == 0) return {};
  // Only who may restore files and keys gives them to somebody else.
  const bool owner = parts.owner || parts.group;
  std::optional<PrivilegeOn> restoring;
  if (owner) restoring.emplace(L"SeRestorePrivilege");
  OpenKey opened;
  LONG code = open(at, (owner ? WRITE_OWNER : 0U) | (parts.access ? WRITE_DAC : 0U), opened);
  Bytes asked = asking_for_inherited_flag(descriptor);
  if (code == ERROR_SUCCESS) code = RegSetKeySecurity(opened.get(), what, asked.data());
  if (code != ERROR_SUCCESS) return failed(doing, static_cast<DWORD>(code));
  return {};
}

}  // namespace

Result<void> set_registry_security(const std::string& key, View descriptor) {
  const std::string doing = "set the access list of the key " + printable(key);
  if (auto decoded = formats::decode_security_descriptor(descriptor); !decoded)
    return std::unexpected(
        Error{fmt::format("{}: {}", doing, to_text(decoded.error())), ErrorKind::malformed, 0, ""});
  auto at = place_of(key);
  if (!at) return std::unexpected(at.error());
  // Twice: when Wine sets an access list it makes the key its own user's, too.
  Result<void> done;
  for (int n = 0; done && n < 2; ++n) {
    const auto now = registry_security(key);
    if (now.state == Presence::absent) return failed(doing, ERROR_FILE_NOT_FOUND);
    if (!now.get())
      return std::unexpected(Error{fmt::format("{}: {}", doing, now.why), ErrorKind::not_permitted, 0, ""});
    done = set_parts(*at, different_parts(now.value, descriptor), descriptor, doing);
  }
  return done;
}

}  // namespace rdpdoctor::host
#endif
