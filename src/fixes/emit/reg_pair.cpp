// The pair of .reg files: what is done, and what takes it back.
#include <algorithm>

#include "base/text.h"
#include "fixes/emit/powershell_quote.h"
#include "fixes/emit/reg_text.h"
#include "fixes/emit/script.h"
#include "fmt/format.h"

namespace rdpdoctor::fixes {
namespace {

using Values = std::vector<KeyTree::Value>;

// One file. Writes keys and values; what can't be named makes `unnamed` say why.
class RegFile {
 public:
  void say(std::string_view words) { body_ += "\n; " + emit::comment(words) + '\n'; }

  void set(const std::string& key, const std::string& name, const std::optional<Stored>& value) {
    const auto quoted = emit::reg_name(name);
    if (!quoted) return fail("the name of a value has control characters");
    if (!enter(key)) return;
    const std::size_t column = quoted->size() + 1;
    body_ += fmt::format("{}={}\n", *quoted, value ? emit::reg_data(*value, column) : "-");
  }
  void remove_key(const std::string& key) {
    if (const auto full = emit::reg_key(key))
      body_ += fmt::format("[-{}]\n", *full);
    else
      fail("a key that a .reg file can't name");
    open_.clear();
  }
  bool enter(const std::string& key) {
    const auto full = emit::reg_key(key);
    if (!full) {
      fail("a key that a .reg file can't name");
      return false;
    }
    if (open_ != *full) body_ += fmt::format("[{}]\n", *full);
    open_ = *full;
    return true;
  }
  void leave() { open_.clear(); }

  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void fail(std::string_view why) {
    if (problem_.empty()) problem_ = why;
  }

  std::string body_, open_, problem_;
};

std::string below(const std::string& key, const std::string& path) {
  return path.empty() ? key : key + '\\' + path;
}

const Stored* find(const Values& values, const std::string& name) {
  const auto at = std::ranges::find(values, name, &KeyTree::Value::name);
  return at == values.end() ? nullptr : &at->is;
}

// Only what differs, so that keys that stay keep their access lists.
void make_tree(RegFile& file, const std::string& key, const KeyTree& from, const KeyTree& to) {
  for (const auto& [path, values] : from.keys)
    if (!path.empty() && !to.keys.contains(path)) file.remove_key(below(key, path));
  for (const auto& [path, values] : to.keys) {
    if (!file.enter(below(key, path))) return;
    const auto there = from.keys.find(path);
    const Values none;
    const Values& old = there == from.keys.end() ? none : there->second;
    for (const KeyTree::Value& value : old)
      if (find(values, value.name) == nullptr) file.set(below(key, path), value.name, std::nullopt);
    for (const KeyTree::Value& value : values) {
      const Stored* was = find(old, value.name);
      if (was == nullptr || *was != value.is) file.set(below(key, path), value.name, value.is);
    }
    file.leave();
  }
}

enum class Direction { apply, undo };

RegFile write_change(const Change& change, Direction direction) {
  RegFile file;
  const bool back = direction == Direction::undo;
  file.say(back ? "back: " + change.says : change.says);
  if (const auto* value = std::get_if<SetValue>(&change.what))
    file.set(value->key, value->name, back ? value->before : value->after);
  if (const auto* key = std::get_if<SetKey>(&change.what)) {
    const auto& from = back ? key->after : key->before;
    const auto& to = back ? key->before : key->after;
    if (!change.before_known || !to) file.remove_key(key->key);
    if (to) make_tree(file, key->key, change.before_known ? from.value_or(KeyTree{}) : KeyTree{}, *to);
  }
  return file;
}

std::string with_line_ends(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

std::string whole_file(const Script& script, std::string_view what, const std::string& body) {
  const std::string machine = script.machine.empty() ? "any machine" : script.machine;
  std::string text =
      with_line_ends(fmt::format("Windows Registry Editor Version 5.00\n\n; rdpdoctor {}, {}: {}\n{}\n",
                                 emit::comment(script.program), emit::comment(machine), what, body));
  if (!emit::needs_utf16(text)) return text;
  const Bytes wide = utf8_to_utf16le(text);
  std::string out = "\xFF\xFE";
  out.append(wide.begin(), wide.end());
  return out;
}

}  // namespace

RegPair reg_pair(const Script& script) {
  RegPair pair;
  std::string apply, undo;
  for (const Change& change : all_changes(script.plans)) {
    const bool in_registry =
        std::holds_alternative<SetValue>(change.what) || std::holds_alternative<SetKey>(change.what);
    const std::string words = fmt::format("{}: {}", type_of(change), target_of(change));
    if (!in_registry) {
      pair.left_out.push_back(words);
      continue;
    }
    const RegFile there = write_change(change, Direction::apply);
    const RegFile back = write_change(change, Direction::undo);
    const std::string& problem = there.problem().empty() ? back.problem() : there.problem();
    if (!problem.empty()) {
      pair.left_out.push_back(fmt::format("{}: {}", words, problem));
      continue;
    }
    apply += there.body();
    undo.insert(0, back.body());
    if (!change.before_known && pair.no_undo.empty())
      pair.no_undo = "what is there now was not read: " + target_of(change);
  }
  if (apply.empty()) return pair;
  pair.apply = whole_file(script, "does the changes", apply);
  if (pair.no_undo.empty()) pair.undo = whole_file(script, "takes them back", undo);
  return pair;
}

}  // namespace rdpdoctor::fixes
