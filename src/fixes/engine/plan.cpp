#include "fixes/engine/plan.h"

#include <algorithm>

#include "fixes/engine/fix.h"
#include "host/key_names.h"

namespace rdpdoctor::fixes {
namespace {

bool comes_to_nothing(const Change& change) {
  if (!change.before_known) return false;
  const auto* value = std::get_if<SetValue>(&change.what);
  if (value) return value->before == value->after;
  const auto* key = std::get_if<SetKey>(&change.what);
  if (key) return key->before == key->after;
  const auto* access = std::get_if<SetAccess>(&change.what);
  return access && access->before == access->after;
}

// The first one's `before` stays. A service that is to be started and to be restarted is restarted.
void put_after(Change& first, const Change& later) {
  auto* service = std::get_if<ControlService>(&first.what);
  if (service && service->action == host::ServiceAction::start)
    service->action = std::get<ControlService>(later.what).action;
  if (auto* value = std::get_if<SetValue>(&first.what)) value->after = std::get<SetValue>(later.what).after;
  if (auto* key = std::get_if<SetKey>(&first.what)) key->after = std::get<SetKey>(later.what).after;
  if (auto* access = std::get_if<SetAccess>(&first.what))
    access->after = std::get<SetAccess>(later.what).after;
}

}  // namespace

Plan plan(const Fix& fix, const PlanInput& input) {
  Planner planner(input);
  fix.plan(planner);
  return planner.take(fix);
}

std::vector<Change> all_changes(const std::vector<Plan>& plans) {
  std::vector<Change> out;
  for (const Plan& plan : plans) {
    for (const Change& change : plan.changes) {
      const std::string target = host::folded(target_of(change));
      auto same = std::ranges::find_if(out, [&](const Change& other) {
        return other.what.index() == change.what.index() && host::folded(target_of(other)) == target;
      });
      if (same == out.end())
        out.push_back(change);
      else
        put_after(*same, change);
    }
  }
  std::erase_if(out, comes_to_nothing);
  // Services begin again with what was changed, whatever fix changed it.
  std::ranges::stable_partition(out, leaves_state);
  return out;
}

}  // namespace rdpdoctor::fixes
