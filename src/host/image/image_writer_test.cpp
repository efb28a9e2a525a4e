#ifndef _WIN32
#include "host/image/image_writer.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "formats/digest.h"
#include "host/image/image.h"
#include "host/registry.h"
#include "support/machine.h"
#include "support/scratch_folder.h"

namespace rdpdoctor::host {
namespace {

namespace fs = std::filesystem;
using Kind = RegistryEdit::Kind;

const std::string run = "20261121-160102-3f2a";
const std::string terminal_server = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)";
const std::string deny = "fDenyTSConnections";
const std::string run_folder = "ProgramData/rdpdoctor/runs/" + run;

RegistryEdit set(const std::string& key, const std::string& name, std::uint32_t number) {
  return {Kind::set_value, key, {name, reg_dword, rdpdoctor::Writer().u32le(number).take()}};
}
RegistryEdit without(const std::string& key, const std::string& name) {
  return {Kind::delete_value, key, {name, 0, {}}};
}
RegistryEdit make_key(const std::string& key) {
  return {Kind::make_key, key, {}};
}
RegistryEdit delete_key(const std::string& key) {
  return {Kind::delete_key, key, {}};
}

// A volume in a folder of this machine.
class Volume : test::ScratchFolder {
 public:
  explicit Volume(const std::string& name, const std::function<void(test::Machine&)>& change = {},
                  const test::HiveStyle& style = {})
      : ScratchFolder(("rdpdoctor_image_writer_" + name)) {
    test::Machine machine;
    machine.system.key(R"(ControlSet001\Control\Terminal Server\WinStations)").sz("Self", "x");
    if (change) change(machine);
    machine.tree->folder("ProgramData");
    machine.write_hives(style);
    machine.tree->write_to(root());
  }

  [[nodiscard]] std::unique_ptr<Writer> open() const {
    auto writer = open_image_writer(root().string());
    if (!writer) FAIL(to_text(writer.error()));
    return std::move(*writer);
  }
  [[nodiscard]] std::unique_ptr<Writer> begun() const {
    auto writer = open();
    REQUIRE(writer->begin_run(run).has_value());
    return writer;
  }
  [[nodiscard]] fs::path at(const std::string& path) const { return root() / path; }
  [[nodiscard]] std::string read(const std::string& path) const {
    std::ifstream file(at(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& path, const std::string& content) const {
    fs::create_directories(at(path).parent_path());
    std::ofstream(at(path), std::ios::binary) << content;
  }
  // Every file with its content and time, every folder.
  [[nodiscard]] std::map<std::string, std::string> listing() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(root())) {
      const std::string name = entry.path().lexically_relative(root()).string();
      const auto written = fs::last_write_time(entry.path()).time_since_epoch().count();
      out[name] = std::to_string(written) + (entry.is_regular_file() ? read(name) : "");
    }
    return out;
  }
};

const std::string system_hive = test::config_folder + "SYSTEM",
                  software_hive = test::config_folder + "SOFTWARE";

void edit(Writer& writer, const std::vector<RegistryEdit>& edits) {
  if (auto done = writer.edit_registry(run, edits); !done) FAIL(to_text(done.error()));
}
std::string problem_of(const Result<void>& result) {
  return result ? "" : to_text(result.error());
}
Reading<std::uint32_t> number(Writer& writer, const std::string& key, const std::string& name) {
  return as_dword(writer.host().value(key, name));
}

}  // namespace

TEST_CASE("edits of hives are made, others' keys stay, and the hive as it was is kept") {
  const Volume volume("edits");
  const std::string before = volume.read(system_hive), software = volume.read(software_hive);
  auto writer = volume.begun();
  edit(*writer, {set(terminal_server, "FDENYTSCONNECTIONS", 1), without(terminal_server, "nothing"),
                 set(terminal_server + R"(\New\Below)", "a", 7), make_key(terminal_server + R"(\Empty)"),
                 delete_key(terminal_server + R"(\WinStations)")});
  CHECK(number(*writer, terminal_server, deny).value == 1);
  CHECK(writer->host().values(terminal_server).value.front().name == deny);
  CHECK(number(*writer, terminal_server + R"(\New\Below)", "a").value == 7);
  CHECK(writer->host().subkeys(terminal_server).value == std::vector<std::string>{"Empty", "New"});
  CHECK(as_dword(writer->host().value(R"(HKLM\SYSTEM\Select)", "Current")).value == 1);
  CHECK(volume.read(run_folder + "/originals/SYSTEM") == before);
  CHECK(volume.read(software_hive) == software);
  CHECK(fs::is_empty(volume.at(run_folder + "/new")));
}

TEST_CASE("edits of several hives are made in each, in their order") {
  const Volume volume("several");
  auto writer = volume.begun();
  edit(*writer, {set(terminal_server, "x", 1), set(R"(HKLM\SOFTWARE\Policies\Test)", "y", 2),
                 set(terminal_server, "x", 3), delete_key(R"(HKLM\SOFTWARE\Policies)"),
                 set(R"(HKLM\SOFTWARE\Policies)", "z", 4)});
  CHECK(number(*writer, terminal_server, "x").value == 3);
  CHECK(number(*writer, R"(HKLM\SOFTWARE\Policies)", "z").value == 4);
  CHECK(writer->host().subkeys(R"(HKLM\SOFTWARE\Policies)").value.empty());
}

TEST_CASE("edits that are made already write nothing") {
  const Volume volume("twice");
  auto writer = volume.begun();
  const auto before = volume.listing();
  edit(*writer,
       {set(terminal_server, deny, 0), without(terminal_server, "x"),
        make_key(terminal_server + R"(\winstations)"), delete_key(terminal_server + R"(\Gone\Far)")});
  CHECK(volume.listing() == before);
}

TEST_CASE("what is taken back brings the hive back byte for byte") {
  const Volume volume("undo");
  const std::string before = volume.read(system_hive);
  auto writer = volume.begun();
  edit(*writer, {set(terminal_server + R"(\New)", "x", 1), set(terminal_server, deny, 1)});
  edit(*writer, {without(terminal_server, "Other"), set(terminal_server, "Second", 2)});
  REQUIRE(volume.read(system_hive) != before);
  writer = volume.open();  // another day
  edit(*writer, {without(terminal_server, "Second"), set(terminal_server, deny, 0),
                 without(terminal_server + R"(\New)", "x")});
  CHECK(volume.read(system_hive) != before);
  edit(*writer, {delete_key(terminal_server + R"(\New)")});
  CHECK(volume.read(system_hive) == before);
  CHECK(number(*writer, terminal_server, deny).value == 0);
  CHECK(volume.read(run_folder + "/originals/SYSTEM") == before);
}

TEST_CASE("a hive that somebody else changed meanwhile keeps what they did") {
  const Volume volume("foreign");
  auto writer = volume.begun();
  edit(*writer, {set(terminal_server, deny, 1)});
  REQUIRE(writer->begin_run("another").has_value());
  REQUIRE(writer->edit_registry("another", {set(terminal_server, "Theirs", 5)}).has_value());
  edit(*writer, {set(terminal_server, deny, 0)});
  CHECK(number(*writer, terminal_server, deny).value == 0);
  CHECK(number(*writer, terminal_server, "Theirs").value == 5);
  // What this run wrote since does not make the hive its own again.
  edit(*writer, {set(terminal_server, deny, 1)});
  edit(*writer, {set(terminal_server, deny, 0), without(terminal_server, "Theirs")});
  CHECK(volume.read(system_hive) != volume.read(run_folder + "/originals/SYSTEM"));
  CHECK(volume.read(run_folder + "/originals/SYSTEM.written").contains("changed by others"));
}

TEST_CASE("a deleted key comes back with its own access list, or not at all") {
  const auto descriptor = formats::from_sddl("O:SYG:SYD:PAI(A;;KA;;;SY)");
  REQUIRE(descriptor.has_value());
  const Bytes own = formats::encode_security_descriptor(*descriptor);
  const Volume volume("access", [&](test::Machine& machine) {
    machine.system.key(R"(ControlSet001\Control\Terminal Server\Secret)").dword("x", 1).security = own;
  });
  const std::string before = volume.read(system_hive), key = terminal_server + R"(\Secret)";
  auto writer = volume.begun();
  CHECK(writer->key_security(key).value == own);
  edit(*writer, {delete_key(key)});
  CHECK(writer->key_security(key).state == Presence::absent);
  edit(*writer, {make_key(key), set(key, "x", 1)});
  CHECK(writer->key_security(key).value == own);
  CHECK(volume.read(system_hive) == before);

  edit(*writer, {delete_key(key)});
  REQUIRE(writer->begin_run("another").has_value());
  REQUIRE(writer->edit_registry("another", {set(terminal_server, "Theirs", 5)}).has_value());
  const std::string changed = volume.read(system_hive);
  const std::string why = problem_of(writer->edit_registry(run, {make_key(key), set(key, "x", 1)}));
  CHECK(why.contains("it had an access list of its own"));
  CHECK(volume.read(system_hive) == changed);
  CHECK(fs::is_empty(volume.at(run_folder + "/new")));
}

TEST_CASE("what hivex can't do as Windows does is refused, and the hive stays") {
  const Volume volume("refused");
  auto writer = volume.begun();
  const std::string before = volume.read(system_hive);
  CHECK(problem_of(writer->edit_registry(run, {make_key(terminal_server + "\\J\xc3\xb6rg")}))
            .contains("a name of ASCII characters"));
  CHECK(problem_of(writer->edit_registry(run, {set(terminal_server, std::string("a\0b", 3), 1)}))
            .contains("a name without NUL"));
  // More than one cell holds: hivex knows no other way to store it.
  const RegistryEdit large{Kind::set_value, terminal_server, {"x", reg_binary, Bytes(20000, 7)}};
  CHECK(problem_of(writer->edit_registry(run, {large})) != "");
  CHECK(problem_of(writer->edit_registry(run, {delete_key(R"(HKLM\SYSTEM)")})) != "");
  CHECK(problem_of(writer->edit_registry(run, {set(R"(HKCU\Software)", "x", 1)})).contains("no such part"));
  CHECK(volume.read(system_hive) == before);
}

TEST_CASE("keys are made in Windows' order, by capital letters") {
  const Volume volume("order", [](test::Machine& machine) {
    machine.system.key(R"(ControlSet001\Control\Terminal Server\Sorted\A_)");
  });
  auto writer = volume.begun();
  edit(*writer, {make_key(terminal_server + R"(\Sorted\ab)")});
  CHECK(writer->host().subkeys(terminal_server + R"(\Sorted)").value == std::vector<std::string>{"ab", "A_"});
}

TEST_CASE("what a killed run left of its copies is no obstacle") {
  const Volume volume("leftover");
  auto writer = volume.begun();
  for (const char* file : {"/new/SYSTEM", "/originals/SYSTEM.part"}) volume.write(run_folder + file, "half");
  volume.write(run_folder + "/originals/SYSTEM.written", "0123");
  edit(*writer, {set(terminal_server, deny, 1)});
  CHECK(number(*writer, terminal_server, deny).value == 1);
  edit(*writer, {set(terminal_server, deny, 0)});
  CHECK(volume.read(system_hive) == volume.read(run_folder + "/originals/SYSTEM"));
}

TEST_CASE("a volume that must not be written says why, and nothing is written to find out") {
  const Volume volume("ready");
  auto writer = volume.open();
  const std::vector<std::string> keys{terminal_server, R"(HKLM\SOFTWARE\Policies)"};
  const auto before = volume.listing();
  CHECK(problem_of(writer->ready(keys)) == "");
  CHECK(problem_of(writer->ready({R"(HKU\S-1-5-21-1\Software)"})).contains("no profile in ProfileList"));
  CHECK(problem_of(writer->ready({R"(HKLM\SECURITY\Policy)"})).contains("there is no SECURITY hive"));
  CHECK(volume.listing() == before);
  volume.write("hiberfil.sys", std::string("HIBR") + std::string(100, '\0'));
  CHECK(problem_of(volume.open()->ready({})).contains("Windows is hibernated"));
  volume.write("hiberfil.sys", std::string(4096, '\0'));
  CHECK(problem_of(volume.open()->ready({})) == "");
}

TEST_CASE("a hive that was not closed, or is damaged, is not written") {
  const Volume dirty("dirty", {}, {.sequence1 = 6, .sequence2 = 5});
  auto writer = dirty.begun();
  const std::string before = dirty.read(system_hive);
  CHECK(problem_of(writer->ready({terminal_server})).contains("start Windows once and shut it down"));
  CHECK(problem_of(writer->ready({R"(HKLM\SOFTWARE\x)"})) == "");
  CHECK(problem_of(writer->edit_registry(run, {set(terminal_server, deny, 1)})).contains("was not closed"));
  CHECK(dirty.read(system_hive) == before);

  const Volume damaged("damaged", [](test::Machine& machine) {
    for (int i = 0; i < 40; ++i) machine.system.key("Filler" + std::to_string(i)).set("x", 3, Bytes(500));
  });
  std::string bytes = damaged.read(system_hive);
  const std::size_t last = bytes.rfind("hbin");
  bytes.replace(last, 4, "xxxx");
  damaged.write(system_hive, bytes);
  writer = damaged.begun();
  CHECK(problem_of(writer->edit_registry(run, {set(terminal_server, deny, 1)})).contains("damaged"));
  CHECK(damaged.read(system_hive) == bytes);
}

TEST_CASE("journals are written line by line, and half a line is taken away") {
  const Volume volume("journal");
  auto writer = volume.open();
  CHECK(writer->runs().value().empty());
  CHECK_FALSE(writer->journal(run).has_value());
  REQUIRE(writer->begin_run(run).has_value());
  CHECK(writer->runs().value().empty());
  CHECK_FALSE(writer->begin_run(run).has_value());
  REQUIRE(writer->append_journal(run, R"({"a":1})").has_value());
  volume.write(run_folder + "/journal.jsonl", "{\"a\":1}\n{\"b\"");
  CHECK(writer->journal(run).value().size() == 8);
  REQUIRE(writer->append_journal(run, R"({"c":3})").has_value());
  CHECK(volume.read(run_folder + "/journal.jsonl") == "{\"a\":1}\n{\"c\":3}\n");
  CHECK(writer->runs().value() == std::vector<std::string>{run});
  CHECK(writer->journal_place(run) == volume.at(run_folder + "/journal.jsonl").string());
  CHECK((fs::status(volume.at(run_folder)).permissions() & fs::perms::all) == fs::perms::owner_all);
}

TEST_CASE("names of runs are not believed") {
  const Volume volume("names");
  volume.write("ProgramData/rdpdoctor/runs/UPPER/journal.jsonl", "x\n");
  volume.write("ProgramData/rdpdoctor/runs/file", "x\n");
  auto writer = volume.open();
  CHECK(writer->runs().value().empty());
  for (const char* name : {"..", "", "a/b", "A", "a\\b"}) {
    CHECK_FALSE(writer->begin_run(name).has_value());
    CHECK_FALSE(writer->journal(name).has_value());
    CHECK_FALSE(writer->append_journal(name, "x").has_value());
  }
}

TEST_CASE("links lead nothing outside of the volume") {
  const Volume volume("links");
  const fs::path outside = volume.at("").parent_path().string() + "_outside";
  fs::remove_all(outside);
  fs::create_directories(outside);
  fs::create_directory_symlink(outside, volume.at("ProgramData/rdpdoctor"));
  auto writer = volume.open();
  CHECK_FALSE(writer->begin_run(run).has_value());
  CHECK_FALSE(writer->append_journal(run, "x").has_value());
  CHECK(fs::is_empty(outside));
  fs::remove_all(outside);
}

TEST_CASE("a file is set aside and put back, never over another") {
  const Volume volume("aside");
  const std::string path = R"(C:\ProgramData\Keys\ABC)";
  volume.write("ProgramData/keys/abc", "secret");
  auto writer = volume.begun();
  CHECK(writer->aside(run, "1-abc").state == Presence::absent);
  REQUIRE(writer->set_aside(run, path, "1-abc").has_value());
  CHECK(writer->host().file(path).state == Presence::absent);
  CHECK(writer->aside(run, "1-abc").value.size == 6);
  volume.write("ProgramData/keys/ABC", "another");
  CHECK_FALSE(writer->set_aside(run, path, "1-abc").has_value());
  CHECK(problem_of(writer->put_back(run, "1-abc", path)).contains("a file is there"));
  CHECK(volume.read("ProgramData/keys/ABC") == "another");
  fs::remove(volume.at("ProgramData/keys/ABC"));
  writer = volume.open();
  REQUIRE(writer->put_back(run, "1-abc", path).has_value());
  CHECK(volume.read("ProgramData/keys/ABC") == "secret");
  CHECK_FALSE(writer->set_aside(run, R"(C:\ProgramData\Keys)", "k").has_value());
  CHECK_FALSE(writer->set_aside(run, path, "../x").has_value());
  CHECK_FALSE(writer->put_back(run, "../../../x", path).has_value());
}

TEST_CASE("what a disk can't do is an error that says where it can be done") {
  const Volume volume("running");
  auto writer = volume.begun();
  CHECK_FALSE(writer->is_running());
  CHECK(problem_of(writer->control("TermService", ServiceAction::restart)).contains("a disk runs nothing"));
  CHECK(problem_of(writer->run_command({"netsh.exe"})).contains("--emit ps1"));
  CHECK(problem_of(writer->set_key_security(terminal_server, {})).contains("--emit ps1"));
  CHECK(problem_of(writer->set_file_security(R"(C:\ProgramData)", {})) != "");
  CHECK_FALSE(open_image_writer(volume.at("nowhere").string()).has_value());
  CHECK_FALSE(open_image_writer(volume.at(system_hive).string()).has_value());
}

}  // namespace rdpdoctor::host
#endif
