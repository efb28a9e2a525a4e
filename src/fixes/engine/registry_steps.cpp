#include "fixes/engine/registry_steps.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "host/files.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

using host::RegistryEdit;

// A tree by folded names, with the keys that are only implied by those below them.
struct Key {
  std::string path;                              // in its own case
  std::map<std::string, KeyTree::Value> values;  // by folded name
};
using Keys = std::map<std::string, Key>;

Keys keys_of(const std::optional<KeyTree>& tree) {
  Keys out;
  if (!tree) return out;
  out.try_emplace("");
  for (const auto& [path, values] : tree->keys) {
    for (std::string at = path; !at.empty(); at = host::parent_of(at))
      out.try_emplace(host::folded(at), Key{at, {}});
    Key& key = out[host::folded(path)];
    for (const auto& value : values) key.values.insert_or_assign(host::folded(value.name), value);
  }
  return out;
}

std::string joined(const std::string& key, const std::string& path) {
  return path.empty() ? key : host::under(key, path);
}

void add_value_edit(const SetValue& c, const std::optional<Stored>& to, std::vector<RegistryEdit>& edits) {
  if (to)
    edits.push_back({RegistryEdit::Kind::set_value, c.key, {c.name, to->type, to->data}});
  else
    edits.push_back({RegistryEdit::Kind::delete_value, c.key, {c.name, 0, {}}});
}

void add_values(const std::string& key, const Key& from, const Key& to, std::vector<RegistryEdit>& edits) {
  for (const auto& [name, value] : from.values)
    if (!to.values.contains(name))
      edits.push_back({RegistryEdit::Kind::delete_value, key, {value.name, 0, {}}});
  for (const auto& [name, value] : to.values) {
    const auto was = from.values.find(name);
    if (was != from.values.end() && was->second.is == value.is) continue;
    edits.push_back({RegistryEdit::Kind::set_value, key, {value.name, value.is.type, value.is.data}});
  }
}

void add_tree_edits(const std::string& key, const std::optional<KeyTree>& from,
                    const std::optional<KeyTree>& to, std::vector<RegistryEdit>& edits) {
  const Keys before = keys_of(from), after = keys_of(to);
  for (const auto& [path, old] : before) {
    const bool above_goes = !path.empty() && !after.contains(host::parent_of(path));
    if (after.contains(path) || above_goes) continue;
    edits.push_back({RegistryEdit::Kind::delete_key, joined(key, old.path), {}});
  }
  static const Key nothing;
  for (const auto& [path, next] : after) {
    const auto was = before.find(path);
    const std::string at = joined(key, next.path);
    if (was == before.end()) edits.push_back({RegistryEdit::Kind::make_key, at, {}});
    add_values(at, was == before.end() ? nothing : was->second, next, edits);
  }
}

// Nothing is in it, apart from keys of `gone`.
Result<bool> is_empty(host::Host& host, const std::string& key, const std::set<std::string>& gone) {
  const auto values = host.values(key);
  const auto keys = host.subkeys(key);
  if (values.state == Presence::absent || keys.state == Presence::absent) return false;
  if (!values.get() || !keys.get())
    return std::unexpected(
        Error{.doing = "read " + printable(key) + ": " + values.why, .kind = ErrorKind::not_permitted});
  const bool no_keys = std::ranges::all_of(keys.value, [&](const std::string& name) {
    return gone.contains(host::normal_key(host::under(key, name)));
  });
  return values.value.empty() && no_keys;
}

bool is_at_or_below(const std::string& key, const std::string& top) {
  const std::string a = host::normal_key(key), b = host::normal_key(top);
  return a == b || a.starts_with(b + '\\');
}

}  // namespace

bool is_registry(const Change& change) {
  return std::holds_alternative<SetValue>(change.what) || std::holds_alternative<SetKey>(change.what);
}

const std::string& key_of(const Change& change) {
  const auto* value = std::get_if<SetValue>(&change.what);
  return value ? value->key : std::get<SetKey>(change.what).key;
}

bool same_tree(const std::optional<KeyTree>& a, const std::optional<KeyTree>& b) {
  if (a.has_value() != b.has_value()) return false;
  std::vector<RegistryEdit> edits;
  add_tree_edits("", a, b, edits);
  return edits.empty();
}

void add_edits_to_after(const Change& change, std::vector<RegistryEdit>& edits) {
  if (const auto* value = std::get_if<SetValue>(&change.what)) add_value_edit(*value, value->after, edits);
  if (const auto* key = std::get_if<SetKey>(&change.what))
    add_tree_edits(key->key, key->before, key->after, edits);
}

void add_edits_to_before(const Change& change, std::vector<RegistryEdit>& edits) {
  if (const auto* value = std::get_if<SetValue>(&change.what)) add_value_edit(*value, value->before, edits);
  if (const auto* key = std::get_if<SetKey>(&change.what))
    add_tree_edits(key->key, key->after, key->before, edits);
}

std::vector<std::string> keys_that_go(const SetKey& change) {
  std::vector<std::string> out;
  const Keys after = keys_of(change.after);
  for (const auto& [path, key] : keys_of(change.before))
    if (!after.contains(path)) out.push_back(key.path);
  return out;
}

Result<std::string> topmost_missing(host::Host& host, const std::string& key) {
  std::string missing;
  for (std::string at = key; at.contains('\\'); at = host::parent_of(at)) {
    const auto there = host.values(at);
    if (there.get()) break;
    // One value that can't be read makes the list unreadable; the key is there.
    if (there.state == Presence::unreadable && host.subkeys(at).get()) break;
    if (there.state != Presence::absent)
      return std::unexpected(
          Error{.doing = "read " + printable(at) + ": " + there.why, .kind = ErrorKind::not_permitted});
    missing = at;
  }
  return missing;
}

Result<std::vector<RegistryEdit>> removing_empty_keys(host::Host& host,
                                                      const std::vector<JournalEntry>& entries) {
  std::map<std::size_t, std::map<std::string, std::string>, std::greater<>> by_depth;  // the deepest first
  for (const auto& entry : entries) {
    if (entry.makes.empty() || !is_registry(entry.change)) continue;
    for (std::string at = key_of(entry.change); is_at_or_below(at, entry.makes) && at.contains('\\');
         at = host::parent_of(at))
      by_depth[static_cast<std::size_t>(std::ranges::count(at, '\\'))][host::normal_key(at)] = at;
  }
  std::vector<RegistryEdit> out;
  std::set<std::string> gone;
  for (const auto& [depth, keys] : by_depth) {
    for (const auto& [normal, key] : keys) {
      auto empty = is_empty(host, key, gone);
      if (!empty) return std::unexpected(std::move(empty.error()));
      if (!*empty) continue;
      out.push_back({RegistryEdit::Kind::delete_key, key, {}});
      gone.insert(normal);
    }
  }
  return out;
}

}  // namespace rdpdoctor::fixes
