#include "fixes/emit/powershell_changes.h"

#include "fixes/emit/powershell_quote.h"
#include "fmt/format.h"
#include "formats/security_descriptor.h"

namespace rdpdoctor::fixes::emit {
namespace {

std::string list_of(const host::Arguments& arguments) {
  std::string out = "@(";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i != 0) out += ", ";
    out += quoted(arguments[i]);
  }
  return out + ')';
}

std::string_view action_name(host::ServiceAction action) {
  switch (action) {
    case host::ServiceAction::start: return "start";
    case host::ServiceAction::stop: return "stop";
    case host::ServiceAction::restart: return "restart";
  }
  return "restart";
}

// The fields of each kind of change after Says. Every change has Before and After, so that
// strict mode finds them; '' is: whatever the script finds, or makes of it.
struct Fields {
  bool known;
  std::string operator()(const SetValue& c) const {
    return fmt::format("Kind = 'value'; Key = {}; Name = {}; Before = {}; After = {}", quoted(c.key),
                       quoted(c.name), quoted(known ? state_of(c.before) : ""), quoted(state_of(c.after)));
  }
  std::string operator()(const SetKey& c) const {
    return fmt::format("Kind = 'key'; Key = {}; Before = {}; After = {}", quoted(c.key),
                       quoted(known ? state_of(c.before) : ""), quoted(state_of(c.after)));
  }
  std::string operator()(const SetAccess& c) const {
    return fmt::format("Kind = {}; Key = {}; Before = {}; After = {}",
                       quoted(c.is_key ? "key access" : "file access"), quoted(c.path),
                       quoted(known ? hex(c.before) : ""), quoted(known ? hex(c.after) : ""));
  }
  std::string operator()(const SetAside& c) const {
    return fmt::format("Kind = 'file'; Key = {}; Before = {}; After = 'absent'", quoted(c.path),
                       quoted(known ? fmt::format("file:{}", c.size) : ""));
  }
  std::string operator()(const ControlService& c) const {
    return fmt::format("Kind = 'service'; Key = {}; Action = {}; Before = ''; After = ''", quoted(c.name),
                       quoted(action_name(c.action)));
  }
  std::string operator()(const RunCommand& c) const {
    return fmt::format(
        "Kind = 'command'; Key = ''; Run = {}; Back = {}; Destroys = {}; Before = ''; After = ''",
        list_of(c.command), list_of(c.undo), quoted(c.destroys));
  }
};

bool weakens(const Script& script) {
  for (const Plan& plan : script.plans)
    if (plan.fix != nullptr && plan.fix->weakens) return true;
  return false;
}

// Tells the journals of this script from those of others: FNV-1a, which only has to differ.
std::string name_of(std::string_view changes) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : changes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::string powershell_changes(const Script& script) {
  std::string list = "$Changes = @(\n";
  for (const Change& change : all_changes(script.plans)) {
    const std::string says = change.says.empty() ? target_of(change) : change.says;
    fmt::format_to(std::back_inserter(list), "    @{{ Says = {}; {} }}\n", quoted(says),
                   std::visit(Fields{change.before_known}, change.what));
  }
  list += ")\n";
  return fmt::format("{}$ScriptId = '{}'\n$TakenBackAfter = {}\n", list, name_of(list),
                     weakens(script) ? script.lasts.count() : 0);
}

}  // namespace rdpdoctor::fixes::emit
