#include "fixes/engine/planner.h"

#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/key_tree.h"
#include "fixes/engine/policy_files.h"
#include "fmt/core.h"
#include "formats/security_descriptor.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::size_t longest_target = 200;

Bytes raw(const formats::SecurityDescriptor& descriptor) {
  return formats::encode_security_descriptor(descriptor);
}

Reading<Bytes> encoded(const Reading<formats::SecurityDescriptor>& reading) {
  if (!reading.get()) return {reading.state, {}, reading.why};
  return Reading<Bytes>::present(raw(reading.value));
}

}  // namespace

const evidence::HostFacts* Planner::facts() const {
  return input_.evidence->host ? &*input_.evidence->host : nullptr;
}

bool Planner::running() const {
  if (blind() || input_.for_script) return true;
  return input_.writer ? input_.writer->is_running() : input_.host->kind() == "live";
}

template <class T>
bool Planner::readable(const Reading<T>& reading, const std::string& what) {
  if (reading.state == Presence::present || reading.state == Presence::absent) return true;
  refuse(fmt::format("{} can't be read: {}", printable(what, longest_target),
                     reading.why.empty() ? "it was not looked at" : reading.why));
  return false;
}

const SetValue* Planner::planned_earlier(std::string_view key, std::string_view name) const {
  if (!input_.earlier) return nullptr;
  for (const Change& change : *input_.earlier) {
    const auto* value = std::get_if<SetValue>(&change.what);
    if (value && host::normal_key(value->key) == host::normal_key(key) && host::same_name(value->name, name))
      return value;
  }
  return nullptr;
}

Reading<host::RegistryValue> Planner::value_of(std::string_view key, std::string_view name) {
  using Value = Reading<host::RegistryValue>;
  const SetValue* earlier = planned_earlier(key, name);
  if (!earlier) return host().value(key, name);
  if (!earlier->after) return Value::absent();
  return Value::present({earlier->name, earlier->after->type, earlier->after->data});
}

Reading<std::uint32_t> Planner::number(std::string_view key, std::string_view name) {
  if (blind()) return Reading<std::uint32_t>::absent();
  auto reading = host::as_dword(value_of(key, name));
  static_cast<void>(readable(reading, host::value_source(host(), key, name)));
  return reading;
}

Reading<std::string> Planner::text_of(std::string_view key, std::string_view name) {
  if (blind()) return Reading<std::string>::absent();
  auto reading = host::as_text(value_of(key, name));
  static_cast<void>(readable(reading, host::value_source(host(), key, name)));
  return reading;
}

std::vector<std::string> Planner::subkeys(std::string_view key) {
  if (blind()) return {};
  auto reading = host().subkeys(key);
  static_cast<void>(readable(reading, std::string(key)));
  return reading.value;
}

bool Planner::may_write(const std::string& key, const std::string& name) {
  if (blind() || !is_policy_key(key)) return true;
  auto owner = policy_that_owns(host(), key, name);
  if (!readable(owner, "whether Group Policy sets " + name)) return false;
  if (!owner.get()) return true;
  refuse(fmt::format("Group Policy sets {} of {} ({}): change the policy, or the next refresh sets it again",
                     name, key, owner.value));
  return false;
}

void Planner::change_value(SetValue change, std::string says) {
  if (refused() || !may_write(change.key, change.name)) return;
  if (!blind()) {
    auto before = host().value(change.key, change.name);
    if (!readable(before, host::value_source(host(), change.key, change.name))) return;
    if (before.get()) {
      change.before = Stored{before.value.type, before.value.data};
      change.name = before.value.name;  // in the case that it has
    }
    if (change.before == change.after && !planned_earlier(change.key, change.name)) return;
  }
  plan_.changes.push_back({std::move(says), !blind(), std::move(change)});
}

void Planner::set(std::string key, std::string name, Stored after, std::string says) {
  change_value({std::move(key), std::move(name), {}, std::move(after)}, std::move(says));
}

void Planner::remove_value(std::string key, std::string name, std::string says) {
  change_value({std::move(key), std::move(name), {}, {}}, std::move(says));
}

void Planner::change_key(SetKey change, std::string says) {
  if (refused()) return;
  if (!blind()) {
    auto before = key_tree(host(), change.key);
    if (!readable(before, change.key)) return;
    if (before.get()) change.before = std::move(before.value);
    if (change.before == change.after) return;
  }
  plan_.changes.push_back({std::move(says), !blind(), std::move(change)});
}

void Planner::make_key(std::string key, KeyTree after, std::string says) {
  change_key({std::move(key), {}, std::move(after)}, std::move(says));
}

void Planner::remove_key(std::string key, std::string says) {
  change_key({std::move(key), {}, {}}, std::move(says));
}

void Planner::access(SetAccess change, const Reading<Bytes>& before, const EditAccess& edit,
                     std::string says) {
  if (!readable(before, "the access list of " + change.path)) return;
  if (!before.get()) return refuse(printable(change.path, longest_target) + " is not there");
  auto after = edit(before.value);
  if (!after) return refuse(to_text(after.error()));
  change.before = before.value;
  change.after = std::move(*after);
  if (change.before == change.after) return;
  plan_.changes.push_back({std::move(says), true, std::move(change)});
}

void Planner::access_of_file(std::string path, const EditAccess& edit, std::string says) {
  if (refused()) return;
  if (blind()) {
    plan_.changes.push_back({std::move(says), false, SetAccess{std::move(path), false, {}, {}}});
    return;
  }
  auto before = input_.writer ? input_.writer->file_security(path) : encoded(host().file_security(path));
  access({std::move(path), false, {}, {}}, before, edit, std::move(says));
}

void Planner::access_of_key(std::string key, const EditAccess& edit, std::string says) {
  if (refused()) return;
  if (blind()) {
    plan_.changes.push_back({std::move(says), false, SetAccess{std::move(key), true, {}, {}}});
    return;
  }
  auto before = input_.writer ? input_.writer->key_security(key) : encoded(host().key_security(key));
  const std::size_t planned = plan_.changes.size();
  access({std::move(key), true, {}, {}}, before, edit, std::move(says));
  if (planned < plan_.changes.size() && !running()) plan_.needs_running = true;  // hivex writes none
}

void Planner::set_aside(std::string path, std::string says) {
  if (refused()) return;
  SetAside change{std::move(path), 0};
  if (!blind()) {
    auto file = host().file(change.path);
    if (!readable(file, change.path) || !file.get()) return;
    if (file.value.is_folder || file.value.is_link)
      return refuse(printable(change.path, longest_target) + " is no plain file");
    change.size = file.value.size;
  }
  plan_.changes.push_back({std::move(says), !blind(), std::move(change)});
}

void Planner::control(std::string service, host::ServiceAction action, std::string_view on_disk) {
  if (refused()) return;
  if (running()) {
    plan_.changes.push_back({"", !blind(), ControlService{std::move(service), action}});
  } else if (!on_disk.empty()) {
    note(std::string(on_disk));
  }
}

void Planner::command(RunCommand what, std::string says) {
  if (refused()) return;
  if (!running()) plan_.needs_running = true;
  plan_.changes.push_back({std::move(says), !blind(), std::move(what)});
}

void Planner::note(std::string text) {
  if (std::ranges::find(plan_.notes, text) == plan_.notes.end()) plan_.notes.push_back(std::move(text));
}

void Planner::advise(std::string step) {
  plan_.advice.push_back(std::move(step));
}

void Planner::refuse(std::string why) {
  if (refused()) return;  // the first reason is the one
  plan_.state = Plan::State::refused;
  plan_.why = std::move(why);
}

void Planner::refuse_policy(std::string_view source, std::string_view what) {
  refuse(fmt::format("a policy sets {} ({}): change the policy; what is written here does not count", what,
                     source));
}

bool Planner::owned_by_policy(std::string_view policy_key, std::string_view name, std::string_view what) {
  if (blind() || refused()) return refused();
  const auto value = host().value(policy_key, name);
  const std::string source = host::value_source(host(), policy_key, name);
  if (value.state == Presence::unreadable) {
    refuse(fmt::format("{} can't be read ({}), so that a policy may decide {}", source, value.why, what));
    return true;
  }
  if (value.get()) refuse_policy(source, what);
  return refused();
}

Plan Planner::take(const Fix& fix) {
  plan_.fix = &fix;
  if (refused()) {
    plan_.changes.clear();
    plan_.needs_running = false;
  } else if (plan_.changes.empty() && plan_.advice.empty()) {
    plan_.state = Plan::State::already;
  }
  return std::move(plan_);
}

}  // namespace rdpdoctor::fixes
