#include "host/image/image.h"

#include <doctest/doctest.h>

#include <functional>

#include "host/registry.h"
#include "support/hive_log_writer.h"
#include "support/machine.h"

namespace rdpdoctor::host {
namespace {

using test::config_folder;
using test::Machine;

constexpr std::string_view terminal_server = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)";
constexpr std::string_view deny = "fDenyTSConnections";

std::unique_ptr<Host> open(std::unique_ptr<test::TreeInMemory> tree) {
  auto host = open_image(std::move(tree));
  if (!host) FAIL(to_text(host.error()));
  return std::move(*host);
}
std::string problem_of(const std::function<void(test::TreeInMemory&)>& make) {
  auto tree = std::make_unique<test::TreeInMemory>();
  make(*tree);
  auto host = open_image(std::move(tree));
  return host ? "" : host.error().doing;
}
const HiveRead& hive(const std::vector<HiveRead>& hives, std::string_view name) {
  auto at = std::ranges::find(hives, name, &HiveRead::name);
  REQUIRE(at != hives.end());
  return *at;
}

// SYSTEM as it lies on the disk, dirty, and as it would be once recovered.
struct Dirty {
  Bytes before, after;
  explicit Dirty(Machine& machine) {
    auto state = [&](std::uint32_t value, std::uint32_t sequence1, std::uint32_t sequence2) {
      machine.system.key(R"(ControlSet001\Control\Terminal Server)").dword(deny, value);
      return test::hive_file(machine.system, {.sequence1 = sequence1, .sequence2 = sequence2});
    };
    before = state(1, 6, 5);
    after = state(0, 6, 6);
    machine.tree->file(config_folder + "SOFTWARE", test::hive_file(machine.software));
    machine.tree->file(config_folder + "SYSTEM", before);
  }
};

}  // namespace

TEST_CASE("a hive that was not closed is recovered from its logs") {
  Machine machine;
  const Dirty dirty(machine);
  const Bytes entry = test::log_entry(dirty.before, dirty.after, 6);
  machine.tree->file(config_folder + "system.log1", test::newer_log(dirty.before, 6, {entry}));
  machine.tree->file(config_folder + "SYSTEM.LOG2");
  auto host = open(std::move(machine.tree));
  CHECK(as_dword(host->value(terminal_server, deny)).value == 0);
  const auto hives = host->hives();
  CHECK(hive(hives, "SYSTEM").state == HiveState::recovered);
  CHECK(hive(hives, "SYSTEM").detail == "sequence numbers 6 and 5, 1 page replayed from its logs");
  CHECK(hive(hives, "SYSTEM").path == "tree/Windows/System32/config/SYSTEM");
  CHECK(hive(hives, "SOFTWARE").state == HiveState::clean);
}

TEST_CASE("a hive that was not closed and has no log that helps is read as it is, and said to be so") {
  Machine machine;
  const Dirty dirty(machine);
  auto host = open(std::move(machine.tree));
  CHECK(as_dword(host->value(terminal_server, deny)).value == 1);
  CHECK(hive(host->hives(), "SYSTEM").state == HiveState::dirty);
  CHECK(hive(host->hives(), "SYSTEM").detail.contains("no log that belongs to it"));
}

TEST_CASE("a log that can't be read is named") {
  Machine machine;
  const Dirty dirty(machine);
  machine.tree->file(config_folder + "SYSTEM.LOG1", Bytes(512)).unreadable = "access denied";
  auto host = open(std::move(machine.tree));
  CHECK(as_dword(host->value(terminal_server, deny)).value == 1);
  CHECK(hive(host->hives(), "SYSTEM").detail.contains("SYSTEM.LOG1: access denied"));
}

TEST_CASE("what is not found in a damaged hive is unreadable, what is found stays") {
  Machine machine;
  for (int i = 0; i < 40; ++i) machine.system.key("Filler" + std::to_string(i)).set("x", 3, Bytes(500));
  Bytes system = test::hive_file(machine.system);
  std::size_t last = 4096;  // the last bin begins here
  for (std::size_t at = 4096; at < system.size(); at += 4096)
    if (std::equal(system.begin() + static_cast<std::ptrdiff_t>(at),
                   system.begin() + static_cast<std::ptrdiff_t>(at + 4), "hbin"))
      last = at;
  REQUIRE(last != 4096);
  std::fill_n(system.begin() + static_cast<std::ptrdiff_t>(last), 4, std::uint8_t{0});
  machine.write_hives();
  machine.tree->file(config_folder + "SYSTEM", system);
  auto host = open(std::move(machine.tree));
  CHECK(as_dword(host->value(terminal_server, deny)).value == 0);
  auto gone = host->value(terminal_server, "Gone");
  CHECK(gone.state == Presence::unreadable);
  CHECK(gone.why.starts_with("the SYSTEM hive is damaged: "));
  CHECK(host->subkeys(R"(HKLM\SYSTEM\CurrentControlSet\Services)").state == Presence::unreadable);
  CHECK(hive(host->hives(), "SYSTEM").state == HiveState::damaged);
}

TEST_CASE("a hive that is missing, is none or can't be opened makes all in it unreadable") {
  Machine machine;
  machine.write_hives();
  machine.tree->file(config_folder + "SECURITY").unreadable = "access denied";
  machine.tree->file(config_folder + "SYSTEM", Bytes(8192));
  auto host = open(std::move(machine.tree));
  CHECK(host->value(terminal_server, deny).why.starts_with("the SYSTEM hive is damaged: "));
  CHECK(host->value(R"(HKLM\SECURITY\Policy)", "x").why == "the SECURITY hive can't be read: access denied");
  CHECK(host->value(R"(HKLM\SAM\SAM)", "x").why == "there is no SAM hive");
  CHECK(host->real_key(terminal_server) == terminal_server);
  CHECK(hive(host->hives(), "SAM").state == HiveState::missing);
}

TEST_CASE("Select says which control set is the current one, and what it says is not guessed") {
  Machine second;
  second.system.key("Select").dword("Current", 2);
  second.system.key(R"(ControlSet002\Control\Terminal Server)").dword(deny, 1);
  second.write_hives();
  auto host = open(std::move(second.tree));
  CHECK(as_dword(host->value(terminal_server, deny)).value == 1);
  CHECK(host->real_key(terminal_server) == R"(HKLM\SYSTEM\ControlSet002\Control\Terminal Server)");
  CHECK(as_dword(host->value(R"(HKLM\SYSTEM\ControlSet001\Control\Terminal Server)", deny)).value == 0);
  Machine other;
  other.system.key("Select").dword("Current", 3);
  other.write_hives();
  host = open(std::move(other.tree));
  CHECK(host->value(terminal_server, deny).why == "Select names ControlSet003, which is not there");
}

TEST_CASE("a user's hive is found where ProfileList says") {
  Machine machine;
  machine.software.key(R"(Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-21-1)")
      .sz("ProfileImagePath", R"(%SystemDrive%\Profiles\anna)", reg_expand_sz);
  test::HiveNode user{.name = "ROOT"}, system_user{.name = "ROOT"};
  user.key("Software\\Test").dword("x", 7);
  system_user.key("Software\\Test").dword("x", 8);
  machine.write_hives();
  machine.tree->file("Profiles/anna/ntuser.dat", test::hive_file(user));
  machine.tree->file(config_folder + "DEFAULT", test::hive_file(system_user));
  auto host = open(std::move(machine.tree));
  CHECK(as_dword(host->value(R"(HKU\S-1-5-21-1\Software\Test)", "x")).value == 7);
  for (const char* key : {R"(HKEY_USERS\.DEFAULT\Software\Test)", R"(HKU\S-1-5-18\Software\Test)"})
    CHECK(as_dword(host->value(key, "x")).value == 8);
  CHECK(host->value(R"(HKU\S-1-5-21-2\Software)", "x").why == "it has no profile in ProfileList");
  CHECK(host->value(R"(HKCU\Software)", "x").state == Presence::unreadable);
  CHECK(hive(host->hives(), R"(NTUSER.DAT of C:\Profiles\anna)").state == HiveState::clean);
}

TEST_CASE("a log that was moved is followed") {
  Machine machine;
  machine.system.key(R"(ControlSet001\Services\EventLog\System)")
      .sz("File", R"(%SystemDrive%\Logs\Sys.evtx)");
  machine.write_hives();
  machine.tree->file("Logs/Sys.evtx", Bytes{1});
  machine.tree->file("Windows/System32/winevt/Logs/System.evtx", Bytes{2});
  machine.tree->file("Windows/System32/winevt/Logs/Application.evtx", Bytes{3});
  auto host = open(std::move(machine.tree));
  CHECK(host->event_log("System").value.source == "Sys.evtx");
  CHECK(host->event_log("Application").value.source == "Application.evtx");
  CHECK(host->event_log("Security").state == Presence::absent);
}

TEST_CASE("what a collection does not hold may be on the machine") {
  Machine machine;
  machine.write_hives();
  machine.tree->remove("Windows/System32/kernel32.dll");
  auto host = open(std::move(machine.tree));
  CHECK(host->file(R"(C:\ProgramData\Microsoft\x)").why == "it is not among the files that were collected");
  CHECK(host->event_log("System").why == "it is not among the files that were collected");
}

TEST_CASE("an access list is what the volume says, or unreadable") {
  Machine machine;
  machine.write_hives();
  auto descriptor = formats::from_sddl("O:SYG:SYD:(A;;FA;;;SY)");
  REQUIRE(descriptor.has_value());
  machine.tree->file("key").security =
      Reading<Bytes>::present(formats::encode_security_descriptor(*descriptor));
  machine.tree->file("bad").security = Reading<Bytes>::present({1, 2, 3});
  auto host = open(std::move(machine.tree));
  CHECK(formats::to_sddl(host->file_security(R"(C:\key)").value) == "O:SYG:SYD:(A;;FA;;;SY)");
  CHECK(host->file_security(R"(C:\bad)").why.starts_with("its security descriptor is damaged"));
  CHECK(host->file_security(R"(C:\Windows)").why == "this mount shows no Windows access lists");
}

TEST_CASE("what is no Windows volume is told by what it is") {
  using Tree = test::TreeInMemory;
  const Bytes hive = test::hive_file({.name = "ROOT"});
  CHECK(problem_of([](Tree&) {}).contains("it is empty; is the volume mounted there?"));
  CHECK(problem_of([](Tree& t) { t.file("dislocker-file"); }).contains("BitLocker"));
  CHECK(problem_of([&](Tree& t) { t.file("System32/config/SYSTEM", hive); }).contains("inside the Windows"));
  CHECK(problem_of([&](Tree& t) {
          t.file("c/Windows/System32/config/SYSTEM", hive);
        }).contains("it holds a volume: give tree/c"));
  CHECK(problem_of([&](Tree& t) {
          t.file("c/Windows/System32/config/SYSTEM", hive);
          t.file("d/Windows/System32/config/SYSTEM", hive);
        }).contains("it holds several volumes: give tree/c"));
  CHECK(problem_of([](Tree& t) { t.folder("Windows/System32"); }).contains("has no System32/config"));
  CHECK(problem_of([](Tree& t) { t.folder("Windows/System32/config"); }).contains("neither a SYSTEM nor"));
  CHECK(problem_of([](Tree& t) { t.folder("EFI"); }).contains("boot partition"));
  CHECK(problem_of([](Tree& t) { t.folder("System Volume Information"); }).contains("data volume"));
  CHECK(problem_of([](Tree& t) { t.file("readme"); }).contains("it holds 1 name and no Windows folder"));
  CHECK(problem_of([](Tree& t) { t.folder("Windows").unreadable = "access denied"; }).contains("denied"));
}

}  // namespace rdpdoctor::host
