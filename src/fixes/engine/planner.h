// What a fix plans with: it reads what is there now, and notes what it would change. Nothing is written. What
// can't be read makes the whole plan refused: not knowing what is there, nothing can be taken back.
#pragma once

#include <algorithm>
#include <functional>

#include "evidence/case_file.h"
#include "fixes/engine/plan.h"
#include "host/registry.h"

namespace rdpdoctor::fixes {

class Planner {
 public:
  explicit Planner(const PlanInput& input) : input_(input) {}

  // What is known. A machine that is not at hand (blind) reads as nothing; see Change::before_known.
  [[nodiscard]] const Options& options() const { return input_.options; }
  [[nodiscard]] const evidence::CaseFile& evidence() const { return *input_.evidence; }
  [[nodiscard]] const evidence::HostFacts* facts() const;  // what an inspection read; nullptr: none did
  [[nodiscard]] bool blind() const { return input_.host == nullptr; }
  [[nodiscard]] bool running() const;  // or blind: then the script runs on it
  // A script does it: nobody tells a running service what its values in the registry are now, as the live
  // writer does.
  [[nodiscard]] bool for_script() const { return blind() || input_.for_script; }
  // REQUIRES: !blind()
  [[nodiscard]] host::Host& host() { return *input_.host; }
  // Readings for decisions: of the machine as the plans before this one leave it; absent when blind. An
  // unreadable one refuses the plan.
  [[nodiscard]] Reading<std::uint32_t> number(std::string_view key, std::string_view name);
  [[nodiscard]] Reading<std::string> text_of(std::string_view key, std::string_view name);
  [[nodiscard]] std::vector<std::string> subkeys(std::string_view key);
  [[nodiscard]] bool refused() const { return plan_.state == Plan::State::refused; }

  // Changes. One that would leave things as they are is left out. A value below a Policies key is written
  // only where nothing shows that Group Policy owns it, else the plan is refused.
  void set(std::string key, std::string name, Stored after, std::string says = "");
  void remove_value(std::string key, std::string name, std::string says = "");
  void make_key(std::string key, KeyTree after, std::string says = "");
  void remove_key(std::string key, std::string says = "");
  // `edit`: from the descriptor that is there to the one that shall be.
  using EditAccess = std::function<Result<Bytes>(View before)>;
  void access_of_file(std::string path, const EditAccess& edit, std::string says);
  void access_of_key(std::string key, const EditAccess& edit, std::string says);
  void set_aside(std::string path, std::string says);
  // On a disk these are left out: `note` says what happens instead ("Windows starts it when it boots").
  void control(std::string service, host::ServiceAction action, std::string_view on_disk = "");
  void command(RunCommand what, std::string says);

  void note(std::string text);
  void advise(std::string step);
  void refuse(std::string why);
  // Refuses when a policy sets what `fact` holds, and says which; nothing otherwise.
  template <class T>
  bool owned_by_policy(const evidence::Fact<T>& fact, std::string_view what) {
    if (fact.by_policy) refuse_policy(fact.source, what);
    return fact.by_policy;
  }
  // The same by the values themselves, also without an inspection.
  bool owned_by_policy(std::string_view policy_key, std::string_view name, std::string_view what);

  [[nodiscard]] Plan take(const Fix& fix);

 private:
  void refuse_policy(std::string_view source, std::string_view what);
  [[nodiscard]] bool may_write(const std::string& key, const std::string& name);
  template <class T>
  [[nodiscard]] bool readable(const Reading<T>& reading, const std::string& what);
  [[nodiscard]] Reading<host::RegistryValue> value_of(std::string_view key, std::string_view name);
  [[nodiscard]] const SetValue* planned_earlier(std::string_view key, std::string_view name) const;
  void change_value(SetValue change, std::string says);
  void change_key(SetKey change, std::string says);
  void access(SetAccess change, const Reading<Bytes>& before, const EditAccess& edit, std::string says);

  PlanInput input_;
  Plan plan_;
};

}  // namespace rdpdoctor::fixes
