// Where a change stands: the machine is read and compared with what the journal says was there and shall be.
#include "base/text.h"
#include "fixes/engine/engine.h"
#include "fixes/engine/key_tree.h"
#include "fixes/engine/registry_steps.h"
#include "formats/security_descriptor.h"

namespace rdpdoctor::fixes {
namespace {

struct Now {
  Standing standing = Standing::other;
  std::string words = {};
};

Now unreadable(const std::string& why) {
  return {Standing::unreadable, why.empty() ? "it was not looked at" : why};
}

bool is_known(Presence state) {
  return state == Presence::present || state == Presence::absent;
}

Now now_of(host::Writer& writer, const SetValue& c) {
  const auto value = writer.host().value(c.key, c.name);
  if (!is_known(value.state)) return unreadable(value.why);
  std::optional<Stored> is;
  if (value.get()) is = Stored{value.value.type, value.value.data};
  if (is == c.before) return {Standing::before};
  if (is == c.after) return {Standing::after};
  return {Standing::other, value_words(is)};
}

Now now_of(host::Writer& writer, const SetKey& c) {
  auto tree = key_tree(writer.host(), c.key);
  if (!is_known(tree.state)) return unreadable(tree.why);
  std::optional<KeyTree> is;
  if (tree.get()) is = std::move(tree.value);
  if (same_tree(is, c.before)) return {Standing::before};
  if (same_tree(is, c.after)) return {Standing::after};
  return {Standing::other, is ? "other values or keys are below it" : "not there"};
}

Now now_of(host::Writer& writer, const SetAccess& c) {
  const auto is = c.is_key ? writer.key_security(c.path) : writer.file_security(c.path);
  if (!is_known(is.state)) return unreadable(is.why);
  if (!is.get()) return {Standing::other, "not there"};
  if (is.value == c.before) return {Standing::before};
  if (is.value == c.after) return {Standing::after};
  const auto decoded = formats::decode_security_descriptor(is.value);
  return {Standing::other, decoded ? formats::to_sddl(*decoded) : "damaged"};
}

Now now_of(host::Writer& writer, const std::string& run, const SetAside& c, const std::string& as) {
  const auto there = writer.host().file(c.path);
  const auto aside = writer.aside(run, as);
  if (!is_known(there.state)) return unreadable(there.why);
  if (!is_known(aside.state)) return unreadable(aside.why);
  if (there.get() && !aside.get()) return {Standing::before};
  if (!there.get() && aside.get()) return {Standing::after};
  if (!there.get()) return {Standing::other, "neither it nor what was set aside is there"};
  return {Standing::other, "a new file is there"};
}

}  // namespace

ChangeStanding standing_of(host::Writer& writer, const std::string& run, const JournalEntry& entry,
                           bool done) {
  Now now{done ? Standing::after : Standing::before};
  const auto& what = entry.change.what;
  if (const auto* value = std::get_if<SetValue>(&what)) now = now_of(writer, *value);
  if (const auto* key = std::get_if<SetKey>(&what)) now = now_of(writer, *key);
  if (const auto* access = std::get_if<SetAccess>(&what)) now = now_of(writer, *access);
  if (const auto* aside = std::get_if<SetAside>(&what)) now = now_of(writer, run, *aside, entry.as);
  return {entry.fix, entry.change, now.standing, printable(now.words)};
}

}  // namespace rdpdoctor::fixes
