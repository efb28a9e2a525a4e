// Under Wine, and on a developer's Windows without changing it: the registry is the test's own
// (live_machine.h), the runs lie in a folder of the test's own, and the one service is made and deleted here.
#ifdef _WIN32
#include "host/live/live_writer.h"

#include "base/text.h"
#include "formats/access_edit.h"
#include "host/files.h"
#include "host/live/live.h"
#include "host/registry.h"
#include "support/live_machine.h"

namespace rdpdoctor::host {
namespace {

using Kind = RegistryEdit::Kind;
using test::LiveMachine;

constexpr const char* software = R"(HKLM\SOFTWARE\Übung)";
constexpr const char* run = "20261121-160102-3f2a";

RegistryValue dword(std::string name, std::uint8_t number) {
  return {std::move(name), reg_dword, {number, 0, 0, 0}};
}

bool is_wine() {
  return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

class Machine : public test::ScratchFolder {
 public:
  Machine() : ScratchFolder("rdpdoctor_runs_" + std::to_string(GetCurrentProcessId())) {
    auto host = open_live_host();
    REQUIRE(host);
    writer_ = std::make_unique<LiveWriter>(std::move(*host), data());
  }
  [[nodiscard]] std::string data() const { return narrow(root().wstring()); }
  [[nodiscard]] std::string path(std::string_view name) const { return under(data(), name); }
  Writer& operator*() { return *writer_; }
  Writer* operator->() { return writer_.get(); }
  void file(std::string_view name, std::string_view content) const {
    std::ofstream(std::filesystem::path(wide(path(name))), std::ios::binary) << content;
  }
  [[nodiscard]] std::string content(const std::string& at) const {
    std::ifstream in(std::filesystem::path(wide(at)), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::unique_ptr<LiveWriter> writer_;
};

std::string outcome(const Result<void>& of) {
  return of ? "done" : to_text(of.error());
}

// "rdpdoctor-test", disabled, of a program that is not there.
class TestService {
 public:
  TestService() : manager_(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS)) {
    service_ = CreateServiceW(manager_, L"rdpdoctor-test", L"rdpdoctor test", SERVICE_ALL_ACCESS,
                              SERVICE_WIN32_OWN_PROCESS, SERVICE_DISABLED, SERVICE_ERROR_NORMAL,
                              L"C:\\rdpdoctor-test\\none.exe", nullptr, nullptr, nullptr, nullptr, nullptr);
  }
  TestService(const TestService&) = delete;
  TestService& operator=(const TestService&) = delete;
  ~TestService() {
    if (service_) DeleteService(service_);
    if (service_) CloseServiceHandle(service_);
    if (manager_) CloseServiceHandle(manager_);
  }
  [[nodiscard]] bool made() const { return service_ != nullptr; }
  // As the service manager has it.
  [[nodiscard]] DWORD start_type() const {
    alignas(QUERY_SERVICE_CONFIGW) unsigned char bytes[8192];
    auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(bytes);
    DWORD needed = 0;
    return QueryServiceConfigW(service_, config, sizeof bytes, &needed) ? config->dwStartType : 99;
  }

 private:
  SC_HANDLE manager_, service_ = nullptr;
};

}  // namespace

TEST_CASE("edits of the running registry are made in order and read back by the host") {
  LiveMachine keys;
  Machine machine;
  keys.add_key("HKLM\\SOFTWARE");
  const std::string below = std::string(software) + "\\a\\b";
  CHECK(outcome(machine->edit_registry(run, {{Kind::set_value, below, dword("Größe", 7)},
                                             {Kind::make_key, std::string(software) + "\\c", {}},
                                             {Kind::set_value, below, {"", reg_binary, {}}},
                                             {Kind::delete_value, below, {"nothing"}}})) == "done");
  CHECK(as_dword(machine->host().value(below, "GRÖSSE")).state == Presence::absent);
  CHECK(as_dword(machine->host().value(below, "größe")).value == 7);
  CHECK(machine->host().value(below, "").get());
  CHECK(machine->host().values(std::string(software) + "\\c").get());
  CHECK(outcome(machine->edit_registry(run, {{Kind::delete_value, below, {"Größe"}}})) == "done");
  CHECK(machine->host().value(below, "Größe").state == Presence::absent);
  CHECK(outcome(machine->edit_registry(
            run, {{Kind::delete_key, software, {}}, {Kind::delete_key, software, {}}})) == "done");
  CHECK(machine->host().values(software).state == Presence::absent);
}

TEST_CASE("when an edit fails those before it are put back, keys that were made are gone again") {
  LiveMachine keys;
  Machine machine;
  keys.set(software, "kept", reg_dword, {1, 0, 0, 0});
  keys.set(std::string(software) + "\\tree\\below", "deep", reg_sz, {'x', 0, 0, 0});
  keys.set(std::string(software) + "\\tree", "", reg_dword, {2, 0, 0, 0});
  const RegistryEdit fails{Kind::set_value, R"(HKU\S-1-5-21-1-2-3-4711\Software\x)", dword("x", 1)};
  const auto done =
      machine->edit_registry(run, {{Kind::set_value, software, dword("kept", 9)},
                                   {Kind::set_value, std::string(software) + "\\new\\er", dword("x", 1)},
                                   {Kind::delete_key, std::string(software) + "\\tree", {}},
                                   fails});
  REQUIRE_FALSE(done);
  CHECK(done.error().doing.contains("S-1-5-21-1-2-3-4711"));
  CHECK(done.error().doing.contains("no profile"));
  CHECK_FALSE(done.error().doing.contains("put back"));
  Host& host = machine->host();
  CHECK(as_dword(host.value(software, "kept")).value == 1);
  CHECK(host.subkeys(software).value == std::vector<std::string>{"tree"});
  CHECK(as_dword(host.value(std::string(software) + "\\tree", "")).value == 2);
  CHECK(as_text(host.value(std::string(software) + "\\tree\\below", "deep")).value == "x");
}

TEST_CASE("keys are written in the 64-bit view") {
  LiveMachine keys;
  Machine machine;
  keys.add_key("HKLM\\SOFTWARE");
  REQUIRE(machine->edit_registry(run, {{Kind::set_value, software, dword("x", 1)}}));
  HKEY key = nullptr;
  REQUIRE(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Übung", 0, KEY_READ | KEY_WOW64_64KEY, &key) ==
          ERROR_SUCCESS);
  RegCloseKey(key);
}

TEST_CASE("a service that the service manager does not know is configured in the registry") {
  LiveMachine keys;
  Machine machine;
  keys.set(R"(HKLM\SYSTEM\Select)", "Current", reg_dword, {1, 0, 0, 0});
  const std::string service = R"(HKLM\SYSTEM\ControlSet001\Services\rdpdoctor-unknown)";
  keys.set(service, "Start", reg_dword, {4, 0, 0, 0});
  CHECK(outcome(machine->edit_registry(run, {{Kind::set_value, service, dword("Start", 2)}})) == "done");
  CHECK(as_dword(machine->host().value(service, "Start")).value == 2);
}

TEST_CASE("a firewall rule and an event channel that no service answers for are written to the registry") {
  LiveMachine keys;
  Machine machine;
  keys.set(R"(HKLM\SYSTEM\Select)", "Current", reg_dword, {1, 0, 0, 0});
  const std::string rules =
      R"(HKLM\SYSTEM\ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules)";
  const std::string rule =
      "v2.31|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|Name=rdpdoctor-none|";
  std::string on = rule;
  on.replace(on.find("FALSE"), 5, "TRUE");
  Bytes data = utf8_to_utf16le(on);
  data.insert(data.end(), 2, 0);
  keys.set_text(rules, "rdpdoctor-none", rule);
  const std::string channel =
      R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\rdpdoctor-none/Test)";
  keys.set(channel, "Enabled", reg_dword, {0, 0, 0, 0});
  CHECK(outcome(machine->edit_registry(run, {{Kind::set_value, rules, {"rdpdoctor-none", reg_sz, data}},
                                             {Kind::set_value, channel, dword("Enabled", 1)}})) == "done");
  CHECK(as_text(machine->host().value(rules, "rdpdoctor-none")).value == on);
  CHECK(as_dword(machine->host().value(channel, "Enabled")).value == 1);
}

TEST_CASE("the service manager itself learns a start type, and its old one again") {
  const TestService service;
  if (!is_elevated()) return;
  REQUIRE(service.made());
  Machine machine;
  const std::string key = R"(HKLM\SYSTEM\CurrentControlSet\Services\rdpdoctor-test)";
  REQUIRE(as_dword(machine->host().value(key, "Start")).value == SERVICE_DISABLED);
  CHECK(outcome(machine->edit_registry(
            run, {{Kind::set_value, machine->host().real_key(key), dword("Start", 3)}})) == "done");
  CHECK(service.start_type() == SERVICE_DEMAND_START);
  CHECK(as_dword(machine->host().value(key, "Start")).value == 3);
  // Taken back when a later one fails, by the service manager, too.
  const auto failed =
      machine->edit_registry(run, {{Kind::set_value, key, dword("Start", 2)},
                                   {Kind::set_value, R"(HKU\S-1-5-21-1-2-3-4711\x)", dword("x", 1)}});
  CHECK_FALSE(failed);
  CHECK(service.start_type() == SERVICE_DEMAND_START);
  CHECK(outcome(machine->edit_registry(run, {{Kind::set_value, key, dword("Start", 4)}})) == "done");
  CHECK(service.start_type() == SERVICE_DISABLED);
  const auto started = machine->control("rdpdoctor-test", ServiceAction::start);
  REQUIRE_FALSE(started);
  CHECK(to_text(started.error()).contains("rdpdoctor-test"));
  CHECK(outcome(machine->control("rdpdoctor-test", ServiceAction::stop)) == "done");  // it is stopped
}

TEST_CASE("a service that is not there can't be controlled, and the error says so") {
  Machine machine;
  const auto done = machine->control("rdpdoctor-none", ServiceAction::restart);
  REQUIRE_FALSE(done);
  CHECK(done.error().doing == "restart the service rdpdoctor-none: there is no such service");
  CHECK(done.error().kind == ErrorKind::not_found);
}

TEST_CASE("a service is stopped, started and restarted, and what already is so is no error") {
  if (!is_wine()) return;  // nobody's own services are stopped for a test
  Machine machine;
  for (const auto action : {ServiceAction::start, ServiceAction::start, ServiceAction::restart,
                            ServiceAction::stop, ServiceAction::stop})
    CHECK(outcome(machine->control("Spooler", action)) == "done");
}

TEST_CASE("a key's access list is set and put back to the byte") {
  LiveMachine keys;
  Machine machine;
  keys.add_key(software);
  const auto before = machine->key_security(software);
  REQUIRE(before.get());
  const auto with = formats::with_entry(before.value, {0, 0, 0x20019, "S-1-5-20", false});
  REQUIRE(with);
  CHECK(outcome(machine->set_key_security(software, *with)) == "done");
  const auto after = machine->key_security(software);
  REQUIRE(after.get());
  CHECK(after.value == *with);
  CHECK(machine->host().key_security(software).value.entries->size() ==
        formats::decode_security_descriptor(before.value)->entries->size() + 1);
  CHECK(outcome(machine->set_key_security(software, before.value)) == "done");
  const auto again = machine->key_security(software);
  CHECK(formats::to_sddl(*formats::decode_security_descriptor(again.value)) ==
        formats::to_sddl(*formats::decode_security_descriptor(before.value)));
  CHECK(again.value == before.value);
  CHECK_FALSE(machine->set_key_security(software, Bytes{1, 2, 3}));
  CHECK_FALSE(machine->set_key_security(std::string(software) + "\\none", *with));
}

TEST_CASE("a file's access list is put back to the byte") {
  Machine machine;
  machine.file("key", "secret");
  const std::string path = machine.path("key");
  const auto before = machine->file_security(path);
  REQUIRE(before.get());
  const auto with = formats::with_entry(before.value, {0, 0, 0x120089, "S-1-5-20", false});
  REQUIRE(with);
  CHECK(outcome(machine->set_file_security(path, *with)) == "done");
  // Wine keeps of an access list what Unix' nine bits hold: no service's entry.
  if (!is_wine()) CHECK(machine->file_security(path).value == *with);
  CHECK(outcome(machine->set_file_security(path, before.value)) == "done");
  CHECK(machine->file_security(path).value == before.value);
  CHECK_FALSE(machine->set_file_security(machine.path("none"), *with));
  CHECK_FALSE(machine->set_file_security("key", *with));
}

TEST_CASE("a file is set aside and put back, never over another") {
  Machine machine;
  REQUIRE(outcome(machine->begin_run(run)) == "done");
  const std::string path = machine.path("schlüssel größe");
  machine.file("schlüssel größe", "inhalt");
  CHECK(machine->aside(run, "1-schlüssel").state == Presence::absent);
  CHECK(outcome(machine->set_aside(run, path, "1-schlüssel")) == "done");
  CHECK(machine->host().file(path).state == Presence::absent);
  CHECK(machine->aside(run, "1-schlüssel").value.size == 6);
  machine.file("schlüssel größe", "neu");
  const auto over = machine->put_back(run, "1-schlüssel", path);
  REQUIRE_FALSE(over);
  CHECK(over.error().doing.ends_with("a file is there"));
  CHECK_FALSE(machine->set_aside(run, path, "1-schlüssel"));
  CHECK(machine.content(path) == "neu");
  REQUIRE(DeleteFileW(wide(path).c_str()));
  CHECK(outcome(machine->put_back(run, "1-schlüssel", path)) == "done");
  CHECK(machine.content(path) == "inhalt");
  CHECK_FALSE(machine->set_aside(run, path, "..\\x"));
  CHECK_FALSE(machine->set_aside(run, path, "a:b"));
  CHECK_FALSE(machine->set_aside(run, machine.data(), "folder"));
  CHECK_FALSE(machine->set_aside(run, machine.path("none"), "none"));
}

TEST_CASE("a journal grows by whole lines, and a torn one goes") {
  Machine machine;
  CHECK(machine->runs().value().empty());
  CHECK_FALSE(machine->journal(run));
  CHECK_FALSE(machine->append_journal(run, "x"));
  REQUIRE(outcome(machine->begin_run(run)) == "done");
  CHECK(machine->runs().value().empty());  // nothing was done yet
  CHECK(machine->journal(run).value().empty());
  CHECK(outcome(machine->append_journal(run, "{\"a\":1}")) == "done");
  CHECK(outcome(machine->append_journal(run, "{\"b\":\"ü\"}")) == "done");
  const std::string place = machine->journal_place(run);
  CHECK(place == machine.path("rdpdoctor\\runs\\20261121-160102-3f2a\\journal.jsonl"));
  CHECK(machine.content(place) == "{\"a\":1}\n{\"b\":\"ü\"}\n");
  std::ofstream(std::filesystem::path(wide(place)), std::ios::binary | std::ios::app) << "{\"torn";
  const Bytes whole = machine->journal(run).value();
  CHECK(std::string(whole.begin(), whole.end()) == "{\"a\":1}\n{\"b\":\"ü\"}\n");
  CHECK(outcome(machine->append_journal(run, "{\"c\":3}")) == "done");
  CHECK(machine.content(place) == "{\"a\":1}\n{\"b\":\"ü\"}\n{\"c\":3}\n");
  const auto again = machine->begin_run(run);
  REQUIRE_FALSE(again);
  CHECK(again.error().doing.contains(run));
  REQUIRE(machine->begin_run("20261122-000000-0000"));
  REQUIRE(machine->append_journal("20261122-000000-0000", "{}"));
  CHECK(machine->runs().value() == std::vector<std::string>{run, "20261122-000000-0000"});
  for (const char* wrong : {"", "..", "A", "a/b", "a\\b", "a b"}) CHECK_FALSE(machine->begin_run(wrong));
}

TEST_CASE("a run's folder that others may write to, or that is none, is not believed") {
  Machine machine;
  SUBCASE("a folder of everybody's") {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorA("D:P(A;OICI;FA;;;WD)", SDDL_REVISION_1,
                                                                 &descriptor, nullptr));
    // In two steps: of a new folder Wine keeps what its umask lets through.
    const std::wstring folder = wide(machine.path("rdpdoctor"));
    REQUIRE(CreateDirectoryW(folder.c_str(), nullptr));
    REQUIRE(SetFileSecurityW(folder.c_str(), DACL_SECURITY_INFORMATION, descriptor));
    LocalFree(descriptor);
  }
  SUBCASE("a file") {
    machine.file("rdpdoctor", "");
  }
  for (const auto& done : {machine->begin_run(run), machine->ready({})}) {
    REQUIRE_FALSE(done);
    CHECK(done.error().doing.contains("trust the folder"));
    CHECK(done.error().kind == ErrorKind::not_permitted);
  }
  CHECK_FALSE(machine->runs());
  CHECK(machine->host().file(machine.path("rdpdoctor\\runs")).state == Presence::absent);
}

TEST_CASE("folders and journals of runs are nobody's but SYSTEM's and administrators'") {
  Machine machine;
  REQUIRE(outcome(machine->begin_run(run)) == "done");
  REQUIRE(machine->append_journal(run, "{}"));
  for (const char* name : {"rdpdoctor", "rdpdoctor\\runs", R"(rdpdoctor\runs\20261121-160102-3f2a)",
                           R"(rdpdoctor\runs\20261121-160102-3f2a\journal.jsonl)"}) {
    const auto security = machine->host().file_security(machine.path(name));
    REQUIRE(security.get());
    // Under Wine the one user that there is stands for administrators.
    for (const auto& entry : *security.value.entries)
      CHECK((entry.sid == "S-1-5-18" || entry.sid == "S-1-5-32-544" || entry.sid == security.value.owner));
  }
}

TEST_CASE("the machine is ready for who has the rights, and says which key is not") {
  LiveMachine keys;
  Machine machine;
  keys.add_key("HKLM\\SOFTWARE");
  CHECK(machine->is_running());
  if (!is_elevated()) {
    CHECK(machine->ready({}).error().doing.contains(needs_elevation));
    return;
  }
  CHECK(outcome(machine->ready({software, std::string(software) + "\\a"})) == "done");
  CHECK(machine->host().values(software).state == Presence::absent);
  const auto other = machine->ready({R"(HKU\S-1-5-21-1-2-3-4711\Software)"});
  REQUIRE_FALSE(other);
  CHECK(other.error().doing.contains("not logged on"));
}

TEST_CASE("a program of Windows is run without a shell, and what went wrong is told in a line") {
  Machine machine;
  CHECK(outcome(machine->run_command({"cmd", "/c", "exit 0"})) == "done");
  const auto three = machine->run_command({"cmd.exe", "/c", "exit 3"});
  REQUIRE_FALSE(three);
  CHECK(three.error().doing == "run cmd.exe /c exit 3: exit status 3");
  const auto told = machine->run_command({"cmd", "/c", "echo. & echo access is denied & echo more & exit 1"});
  REQUIRE_FALSE(told);
  CHECK(told.error().doing.ends_with("exit status 1, access is denied"));
  // More than a pipe holds.
  CHECK(outcome(machine->run_command(
            {"cmd", "/c", "for /L %i in (1,1,2000) do @echo 0123456789012345678901234567890123456789"})) ==
        "done");
  CHECK_FALSE(machine->run_command({"rdpdoctor-none"}));
  CHECK_FALSE(machine->run_command({"..\\cmd"}));
  CHECK_FALSE(machine->run_command({}));
}

}  // namespace rdpdoctor::host
#endif
