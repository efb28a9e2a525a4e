// What holds for every fix, whatever it does: on the machines of tests/hosts, on which something is wrong,
// each is planned, applied, taken back, interrupted and come between. Nothing here knows any fix by name.
#include <doctest/doctest.h>

#include <algorithm>

#include "fixes/engine/engine.h"
#include "fixes/engine/fix.h"
#include "host/files.h"
#include "host/memory/memory_writer.h"
#include "inspect/inspect.h"
#include "support/fingerprint.h"
#include "support/host_json.h"

namespace rdpdoctor {
namespace {

namespace fs = std::filesystem;
using fixes::Change;
using fixes::Fix;
using fixes::Outcome;
using fixes::Plan;
using fixes::Standing;
using host::Killed;
using host::MemoryHost;
using host::MemoryWriter;
using nlohmann::json;
using State = Outcome::State;

const fs::path hosts = fs::path(RDPDOCTOR_SOURCE) / "tests" / "hosts";
constexpr std::string_view some_user = "S-1-5-21-3623811015-3361044348-30300820-1104";

Instant now() {
  return from_rfc3339(test::default_now).value();
}

struct Machine {
  std::string name;
  std::unique_ptr<MemoryHost> host;
  evidence::CaseFile evidence;
};

// A client that is kept from connecting, and from telling why.
json client() {
  const std::string rules =
      R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules)";
  const std::string channels = R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\)";
  const char* block =
      R"(v2.31|Action=Block|Active=TRUE|Dir=Out|App=%SystemRoot%\system32\mstsc.exe|Name=no|)";
  return {{"registry",
           {{rules, {{"no-mstsc", {{"sz", block}}}}},
            {channels + "Microsoft-Windows-TerminalServices-RDPClient/Analytic",
             {{"Enabled", {{"dword", 0}}}}}}}};
}

std::vector<Machine> make_machines() {
  std::vector<Machine> out;
  const auto add = [&](std::string name, const json& over) {
    out.push_back({std::move(name), test::host_under(hosts, over).take(), {}});
    inspect::inspect(*out.back().host, now(), out.back().evidence);
  };
  add("healthy", json::object());
  add("client", client());
  std::vector<fs::path> cases;
  for (const auto& folder : fs::directory_iterator(hosts)) {
    if (folder.path().filename() == "healthy") continue;
    for (const auto& path : test::json_files(folder.path()))
      if (path.filename().string().starts_with("present")) cases.push_back(path);
  }
  std::ranges::sort(cases);
  for (const auto& path : cases) add(fs::relative(path, hosts).string(), test::json_of(path));
  return out;
}
const std::vector<Machine>& machines() {
  static const std::vector<Machine> all = make_machines();
  return all;
}

fixes::Options all_options() {
  fixes::Options out;
  out.accept_risk = true;
  out.server = "srv-fin-02.corp.example";
  out.address = "10.20.0.7";
  out.interface = "Ethernet";
  out.mtu = 1400;
  out.port = 3390;
  out.user = some_user;
  return out;
}

Plan plan_with(const Fix& fix, MemoryWriter& writer, const evidence::CaseFile& evidence) {
  return fixes::plan(
      fix, {.host = &writer.host(), .writer = &writer, .evidence = &evidence, .options = all_options()});
}

// A copy of a machine, on which one fix is planned as the command does: after an inspection.
struct Bench {
  Bench(const Fix& to_try, std::unique_ptr<MemoryHost> machine, bool running)
      : fix(to_try), writer(std::move(machine)), before(look()) {
    writer.set_running(running);
  }
  [[nodiscard]] std::string look() { return test::fingerprint(writer.machine()); }
  Plan plan() {
    evidence::CaseFile evidence;
    inspect::inspect(writer.machine(), now(), evidence);
    return plan_with(fix, writer, evidence);
  }
  Outcome apply(const Plan& plan) {
    return fixes::apply(writer, {plan}, {"run-" + std::to_string(++runs), now(), "test"});
  }
  Outcome undo(bool keep_changed = false) {
    return fixes::undo(writer, {.keep_changed = keep_changed}, now());
  }
  void check_as_before() { CHECK(test::difference(before, look()) == ""); }

  const Fix& fix;
  MemoryWriter writer;
  std::string before;
  int runs = 0;
};

std::string problem_of(const Outcome& o) {
  std::string out = o.error ? to_text(*o.error) : "";
  for (const auto& is : o.in_the_way)
    out.append("; ").append(target_of(is.change)).append(" is ").append(is.now);
  return out;
}

bool has_changes(const Plan& plan) {
  return plan.state == Plan::State::planned && !plan.changes.empty();
}
// The machine of the writer can have it.
bool can_be_applied(const Plan& plan, const MemoryWriter& writer) {
  return has_changes(plan) && (writer.is_running() || !plan.needs_running);
}

void check_states(const Outcome& o, Standing standing) {
  for (const auto& is : o.changes)
    if (leaves_state(is.change)) CHECK_MESSAGE(is.standing == standing, target_of(is.change));
}

void apply_and_undo(Bench& b, const Plan& plan) {
  const Outcome applied = b.apply(plan);
  CHECK_MESSAGE(applied.state == State::done, problem_of(applied));
  check_states(applied, Standing::after);
  const Plan again = b.plan();
  CHECK_FALSE(std::ranges::any_of(again.changes, [](const Change& c) { return leaves_state(c); }));
  if (again.changes.empty() && again.state != Plan::State::refused)
    CHECK(b.apply(again).state == State::nothing_to_do);
  const Outcome undone = b.undo();
  CHECK_MESSAGE(undone.state == State::done, problem_of(undone));
  check_states(undone, Standing::before);
  b.check_as_before();
  CHECK(b.undo().state == State::nothing_to_do);
}

// What a fix plans on one of the machines.
struct Planned {
  const Fix* fix = nullptr;
  const Machine* machine = nullptr;
  bool running = false;  // or a disk
  Plan plan;
};

std::vector<Planned> make_plans() {
  std::vector<Planned> out;
  for (const Machine& machine : machines()) {
    for (const bool running : {false, true}) {
      MemoryWriter writer(machine.host->copy());
      writer.set_running(running);
      for (const Fix& fix : fixes::all_fixes())
        out.push_back({&fix, &machine, running, plan_with(fix, writer, machine.evidence)});
      INFO(machine.name);
      CHECK(test::difference(test::fingerprint(*machine.host), test::fingerprint(writer.machine())) == "");
      CHECK(writer.operations() == 0);
    }
  }
  return out;
}
const std::vector<Planned>& plans() {
  static const std::vector<Planned> all = make_plans();
  return all;
}

bool can_be_applied(const Planned& p) {
  return has_changes(p.plan) && (p.running || !p.plan.needs_running);
}

// What is changed, and how.
std::string told(const Planned& p) {
  std::string out = std::string(p.fix->id) + (p.running ? ", running" : ", a disk");
  for (const Change& c : p.plan.changes)
    out.append("\n")
        .append(target_of(c))
        .append(" ")
        .append(before_words(c))
        .append(" ")
        .append(after_words(c));
  return out;
}

// The same plan once.
template <class F>
void for_each_plan(F f) {
  std::set<std::string> seen;
  for (const Planned& p : plans()) {
    if (!can_be_applied(p) || !seen.insert(told(p)).second) continue;
    INFO(p.fix->id, " on ", p.machine->name, p.running ? ", running" : ", a disk");
    f(*p.fix, *p.machine->host, p.running, p.plan);
  }
}

// Of each fix, as a disk and as a machine that runs, only the plan that changes most.
template <class F>
void for_each_largest(F f) {
  std::map<std::pair<std::string_view, bool>, const Planned*> largest;
  for (const Planned& p : plans()) {
    if (!can_be_applied(p)) continue;
    const Planned*& known = largest[{p.fix->id, p.running}];
    if (!known || known->plan.changes.size() < p.plan.changes.size()) known = &p;
  }
  for (const auto& [key, p] : largest) {
    INFO(p->fix->id, " on ", p->machine->name, p->running ? ", running" : ", a disk");
    f(*p->fix, *p->machine->host, p->running, p->plan);
  }
}

const fixes::SetValue* as_value(const Change& change) {
  return std::get_if<fixes::SetValue>(&change.what);
}

bool changes_target(const Plan& plan, const Change& of) {
  return std::ranges::any_of(plan.changes, [&](const Change& c) { return target_of(c) == target_of(of); });
}

// Whatever it was before, the value is that again.
void from_another_value(const Fix& fix, const MemoryHost& host, bool running,
                        const std::function<void(MemoryHost&)>& spoil) {
  auto machine = host.copy();
  spoil(*machine);
  Bench b(fix, std::move(machine), running);
  const Plan plan = b.plan();
  b.check_as_before();
  if (can_be_applied(plan, b.writer)) apply_and_undo(b, plan);
}

// What files hold does not count here, and takes its time to be copied.
std::unique_ptr<MemoryHost> without_content(const MemoryHost& host) {
  auto out = host.copy();
  for (const auto& [path, file] : host.all_files()) {
    host::MemoryFile empty = file;
    empty.content.clear();
    out->add_file(host::under(host::parent_of(path), file.name), std::move(empty));
  }
  return out;
}

void kill_apply(Bench& b, const Plan& plan, std::size_t n, Killed how, const std::string& after) {
  b.writer.kill_at(n, how);
  const Outcome killed = b.apply(plan);
  CHECK(killed.state != State::done);
  b.writer.revive();
  const Outcome resumed = fixes::resume(b.writer, now());
  CHECK_MESSAGE(!resumed.error.has_value(), problem_of(resumed));
  if (killed.state == State::interrupted) CHECK(test::difference(after, b.look()) == "");
  const Outcome undone = b.undo();
  CHECK_MESSAGE(!undone.error.has_value(), problem_of(undone));
  b.check_as_before();
}

void kill_undo(Bench& b, const Plan& plan, std::size_t n, Killed how) {
  REQUIRE(b.apply(plan).state == State::done);
  b.writer.kill_at(n, how);
  CHECK(b.undo().state != State::done);
  b.writer.revive();
  const Outcome undone = b.undo();
  CHECK_MESSAGE(!undone.error.has_value(), problem_of(undone));
  b.check_as_before();
}

}  // namespace

TEST_CASE("planning any fix writes nothing, and a plan that is refused says why") {
  for (const Planned& p : plans()) {
    INFO(p.fix->id, " on ", p.machine->name);
    CHECK(p.plan.fix == p.fix);
    CHECK((p.plan.state == Plan::State::refused) == !p.plan.why.empty());
    CHECK(std::ranges::all_of(p.plan.changes, &Change::before_known));
  }
}

TEST_CASE("any fix, applied and undone, leaves the machine as it was, and finds nothing to do in between") {
  for_each_plan([](const Fix& fix, const MemoryHost& host, bool running, const Plan& plan) {
    Bench b(fix, host.copy(), running);
    apply_and_undo(b, plan);
  });
}

TEST_CASE("every fix is planned on a machine of the tests") {
  for (const Fix& fix : fixes::all_fixes()) {
    const bool planned = std::ranges::any_of(
        plans(), [&](const Planned& p) { return p.fix == &fix && p.plan.state == Plan::State::planned; });
    CHECK_MESSAGE(planned, fix.id);
  }
}

TEST_CASE(
    "whatever a value was before a fix, another type, another number or not there, it is that after its "
    "undo") {
  for_each_largest([](const Fix& fix, const MemoryHost& host, bool running, const Plan& planned) {
    for (const Change& change : planned.changes) {
      const auto* value = as_value(change);
      if (!value) continue;
      const auto set = [&](const fixes::Stored& is) {
        from_another_value(fix, host, running,
                           [&](MemoryHost& m) { m.set(value->key, {value->name, is.type, is.data}); });
      };
      set(fixes::text("of another type"));
      set(fixes::dword(0x7FFFFFFF));
      set({host::reg_binary, {}});
      from_another_value(fix, host, running, [&](MemoryHost& m) { m.remove_value(value->key, value->name); });
      from_another_value(fix, host, running, [&](MemoryHost& m) { m.remove_key(value->key); });
    }
  });
}

TEST_CASE("what can't be read is not changed by any fix") {
  for_each_largest([](const Fix& fix, const MemoryHost& host, bool running, const Plan& planned) {
    for (const Change& change : planned.changes) {
      const auto* value = as_value(change);
      const auto* key = std::get_if<fixes::SetKey>(&change.what);
      if (!value && !key) continue;
      auto machine = host.copy();
      if (value)
        machine->set_unreadable(value->key, value->name, "damaged");
      else
        machine->key_unreadable(key->key, "damaged");
      Bench b(fix, std::move(machine), running);
      const Plan plan = b.plan();
      CHECK_MESSAGE(!changes_target(plan, change), target_of(change));
      if (can_be_applied(plan, b.writer)) apply_and_undo(b, plan);
      b.check_as_before();
    }
  });
}

TEST_CASE(
    "what somebody changed since is named by the undo of any fix, which changes nothing until it is told "
    "to") {
  for_each_largest([](const Fix& fix, const MemoryHost& host, bool running, const Plan& planned) {
    Bench b(fix, host.copy(), running);
    const auto changed = std::ranges::find_if(planned.changes, [](const Change& c) { return as_value(c); });
    if (changed == planned.changes.end()) return;
    REQUIRE(b.apply(planned).state == State::done);
    const auto& value = *as_value(*changed);
    const fixes::Stored mine = fixes::text("somebody's own");
    b.writer.machine().set(value.key, {value.name, mine.type, mine.data});
    const std::string between = b.look();
    const Outcome refused = b.undo();
    CHECK(refused.state == State::refused);
    REQUIRE(refused.in_the_way.size() == 1);
    CHECK(target_of(refused.in_the_way[0].change) ==
          b.writer.machine().real_key(value.key) + target_of(*changed).substr(value.key.size()));
    CHECK(test::difference(between, b.look()) == "");
    CHECK(b.undo(true).state == State::done);
    CHECK(b.writer.machine().value(value.key, value.name).value.data == mine.data);
    if (value.before)
      b.writer.machine().set(value.key, {value.name, value.before->type, value.before->data});
    else
      b.writer.machine().remove_value(value.key, value.name);
    if (value.before) b.check_as_before();
  });
}

TEST_CASE("killed at any operation, any fix is brought to exactly after or exactly before") {
  for_each_largest([](const Fix& fix, const MemoryHost& host, bool running, const Plan& planned) {
    const auto light = without_content(host);
    Bench whole(fix, light->copy(), running);
    REQUIRE(whole.apply(planned).state == State::done);
    const std::size_t of_apply = whole.writer.operations();
    const std::string after = whole.look();
    whole.writer.revive();
    REQUIRE(whole.undo().state == State::done);
    const std::size_t of_undo = whole.writer.operations();
    for (const Killed how : {Killed::before, Killed::within, Killed::after}) {
      for (std::size_t n = 1; n <= std::max(of_apply, of_undo); ++n) {
        INFO("operation ", n, ", how ", static_cast<int>(how));
        Bench applied(fix, light->copy(), running), undone(fix, light->copy(), running);
        if (n <= of_apply) kill_apply(applied, planned, n, how, after);
        if (n <= of_undo) kill_undo(undone, planned, n, how);
      }
    }
  });
}

}  // namespace rdpdoctor
