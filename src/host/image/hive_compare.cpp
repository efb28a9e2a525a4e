#include "host/image/hive_compare.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/hive_names.h"

namespace rdpdoctor::host {
namespace {

using formats::Hive;
using formats::HiveKey;
using formats::HiveValue;

constexpr int deepest = 512;  // Windows' own limit of levels

// As names are compared, and in lists of subkeys sorted.
std::u16string folded(std::string_view name) {
  std::u16string out = formats::hive_name(name);
  std::ranges::transform(out, out.begin(), formats::upper_case);
  return out;
}

// What edits come to, key by key.
struct Wanted {
  bool exists = false;   // for certain; else as it was
  bool emptied = false;  // what was in it before does not count
  std::map<std::u16string, std::optional<RegistryValue>> values;
  std::map<std::u16string, Wanted> children;

  Wanted& child(std::string_view part) { return children[folded(part)]; }
};

void apply(Wanted& root, const RegistryEdit& edit) {
  using Kind = RegistryEdit::Kind;
  const bool makes = edit.kind == Kind::set_value || edit.kind == Kind::make_key;
  Wanted* at = &root;
  if (!edit.key.empty()) {
    for (const std::string_view part : split(edit.key, '\\')) {
      if (makes) at->exists = true;
      const bool is_gone = at->emptied && !at->exists;
      if (is_gone) return;
      at = &at->child(part);
    }
  }
  switch (edit.kind) {
    case Kind::set_value: at->values[folded(edit.value.name)] = edit.value; break;
    case Kind::delete_value: at->values[folded(edit.value.name)] = std::nullopt; break;
    case Kind::make_key: break;
    case Kind::delete_key:
      *at = Wanted{.exists = false, .emptied = true, .values = {}, .children = {}};
      return;
  }
  if (makes) at->exists = true;
}

Wanted wanted_of(const std::vector<RegistryEdit>& edits) {
  Wanted root;
  for (const RegistryEdit& edit : edits) apply(root, edit);
  return root;
}

Error differs(std::string_view key, std::string_view what) {
  return {fmt::format("compare the hive with its edited copy: {}: {}",
                      key.empty() ? "its root" : printable(key), what),
          ErrorKind::io, 0, "no difference but the edits"};
}

class Comparison {
 public:
  Comparison(Hive& before, Hive& after, Compare how) : before_(before), after_(after), how_(how) {}

  using MaybeKey = std::optional<HiveKey>;
  Result<void> key(MaybeKey was, MaybeKey is, const Wanted* wanted, const std::string& path, int depth) {
    if (wanted != nullptr && wanted->emptied) was.reset();
    const bool expected = was || (wanted != nullptr && wanted->exists);
    if (expected != is.has_value())
      return std::unexpected(differs(path, expected ? "the key is missing" : "there is such a key"));
    if (!is || (wanted == nullptr && &before_ == &after_ && !whole_)) return {};
    if (depth == deepest) return std::unexpected(differs(path, "more levels of keys than Windows has"));
    if (auto same = values(was, *is, wanted, path); !same) return same;
    if (auto same = security(was, *is, path); !same) return same;
    return children(was, *is, wanted, path, depth);
  }
  void walk_all() { whole_ = true; }

 private:
  struct Listed {
    std::map<std::u16string, HiveValue> by_name;
    std::size_t count = 0;
  };
  Result<Listed> values_of(Hive& hive, HiveKey at) {
    auto list = hive.values(at);
    if (!list) return std::unexpected(list.error());
    Listed out{.by_name = {}, .count = list->size()};
    for (HiveValue& value : *list) {
      std::u16string name = folded(value.name);
      out.by_name.emplace(std::move(name), std::move(value));
    }
    return out;
  }

  Result<void> values(MaybeKey was, HiveKey is, const Wanted* wanted, const std::string& path) {
    Listed expected;
    if (was) {
      auto list = values_of(before_, *was);
      if (!list) return std::unexpected(list.error());
      expected = std::move(*list);
    }
    if (wanted != nullptr) {
      for (const auto& [name, value] : wanted->values) {
        const auto at = expected.by_name.find(name);
        if (at != expected.by_name.end()) {
          --expected.count;
          expected.by_name.erase(at);
        }
        if (!value) continue;
        expected.by_name[name] = {"", value->type, value->data};
        ++expected.count;
      }
    }
    auto found = values_of(after_, is);
    if (!found) return std::unexpected(found.error());
    if (found->count != expected.count)
      return std::unexpected(
          differs(path, fmt::format("{}, not {}", count_of(found->count, "value"), expected.count)));
    for (const auto& [name, value] : expected.by_name) {
      const auto at = found->by_name.find(name);
      const bool edited = wanted != nullptr && wanted->values.contains(name);
      const bool same = at != found->by_name.end() && at->second.type == value.type &&
                        at->second.data == value.data && (edited || at->second.name == value.name);
      if (!same)
        return std::unexpected(
            differs(path, fmt::format("the value '{}' is another", printable(formats::to_utf8(name), 80))));
    }
    return {};
  }

  Result<void> security(MaybeKey was, HiveKey is, const std::string& path) {
    if (how_ == Compare::contents) return {};
    auto now = after_.security(is);
    if (!now) return std::unexpected(now.error());
    Bytes expected = parents_;
    if (was) {
      auto then = before_.security(*was);
      if (!then) return std::unexpected(then.error());
      expected = std::move(*then);
    }
    if (*now != expected) return std::unexpected(differs(path, "its security descriptor is another"));
    parents_ = std::move(expected);
    return {};
  }

  using Children = std::map<std::u16string, formats::HiveChild>;
  Result<Children> children_of(Hive& hive, HiveKey at, const std::string& path, bool in_order) {
    auto list = hive.subkeys(at);
    if (!list) return std::unexpected(list.error());
    Children out;
    const std::u16string* last = nullptr;
    for (formats::HiveChild& child : *list) {
      auto [place, is_new] = out.emplace(folded(child.name), std::move(child));
      if (!is_new) return std::unexpected(differs(path, "two keys of one name"));
      // Windows does not find what is out of order.
      if (in_order && last != nullptr && place->first <= *last)
        return std::unexpected(differs(path, "its keys would be out of order"));
      last = &place->first;
    }
    return out;
  }

  Result<void> children(MaybeKey was, HiveKey is, const Wanted* wanted, const std::string& path, int depth) {
    Children then;
    if (was) {
      auto list = children_of(before_, *was, path, false);
      if (!list) return std::unexpected(list.error());
      then = std::move(*list);
    }
    const bool one_is_made =
        wanted != nullptr && std::ranges::any_of(wanted->children, [&](const auto& child) {
          return child.second.exists && (child.second.emptied || !then.contains(child.first));
        });
    auto now = children_of(after_, is, path, one_is_made && how_ == Compare::all);
    if (!now) return std::unexpected(now.error());
    const Bytes own = parents_;
    for (const auto& [name, child] : then) {
      const auto at = now->find(name);
      const Wanted* edited = below(wanted, name);
      const bool renamed =
          at != now->end() && (edited == nullptr || !edited->emptied) && at->second.name != child.name;
      if (renamed) return std::unexpected(differs(path, "a key was renamed"));
      parents_ = own;
      auto same = key(child.key, at == now->end() ? MaybeKey() : at->second.key, edited,
                      joined(path, child.name), depth + 1);
      if (!same) return same;
    }
    for (const auto& [name, child] : *now) {
      if (then.contains(name)) continue;
      parents_ = own;
      auto same = key(MaybeKey(), child.key, below(wanted, name), joined(path, child.name), depth + 1);
      if (!same) return same;
    }
    return missing(then, *now, wanted, path);
  }

  // Keys that edits make and neither hive has.
  static Result<void> missing(const Children& then, const Children& now, const Wanted* wanted,
                              const std::string& path) {
    if (wanted == nullptr) return {};
    for (const auto& [name, child] : wanted->children) {
      if (child.exists && !then.contains(name) && !now.contains(name))
        return std::unexpected(differs(joined(path, formats::to_utf8(name)), "the key is missing"));
    }
    return {};
  }

  static const Wanted* below(const Wanted* wanted, const std::u16string& name) {
    if (wanted == nullptr) return nullptr;
    const auto at = wanted->children.find(name);
    return at == wanted->children.end() ? nullptr : &at->second;
  }
  static std::string joined(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + '\\' + name;
  }

  Hive& before_;
  Hive& after_;
  Compare how_;
  bool whole_ = false;
  Bytes parents_;  // descriptor of the key above
};

}  // namespace

Result<void> check_edited(Hive& before, Hive& after, const std::vector<RegistryEdit>& edits, Compare how) {
  const Wanted wanted = wanted_of(edits);
  return Comparison(before, after, how).key(before.root(), after.root(), &wanted, "", 0);
}

Result<void> check_whole(Hive& hive) {
  if (auto bins = hive.check_bins(); !bins) return bins;
  Comparison comparison(hive, hive, Compare::all);
  comparison.walk_all();
  return comparison.key(hive.root(), hive.root(), nullptr, "", 0);
}

Result<bool> changes_nothing(Hive& hive, const std::vector<RegistryEdit>& edits) {
  // What stands in the way of reading is met again by check_whole.
  return check_edited(hive, hive, edits, Compare::contents).has_value();
}

}  // namespace rdpdoctor::host
