#include "collect/recorder.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "collect/collection.h"
#include "formats/hive.h"
#include "host/bundle/bundle.h"
#include "host/bundle/listing.h"
#include "host/memory/memory_host.h"
#include "host/registry.h"
#include "support/hive_writer.h"
#include "support/host_events.h"

namespace rdpdoctor::collect {
namespace {

using host::MemoryHost;
using host::RegistryValue;
using nlohmann::json;

constexpr const char* listener =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp)";
constexpr const char* winlogon = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)";
constexpr const char* hive = R"(C:\Users\anna\NTUSER.DAT)";
constexpr const char* key_file = R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\f686aace_guid)";
constexpr const char* policy = R"(C:\Windows\System32\GroupPolicy\Machine\Registry.pol)";
constexpr const char* hosts = R"(C:\Windows\System32\drivers\etc\hosts)";
constexpr const char* library = R"(C:\Windows\System32\mstscax.dll)";
const Instant made = from_civil(2026, 11, 21, 0, 0, 0);

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}
RegistryValue text(std::string name, std::string_view is) {
  return {std::move(name), host::reg_sz, utf8_to_utf16le(std::string(is) + '\0')};
}
RegistryValue number(std::string name, std::uint8_t is) {
  return {std::move(name), host::reg_dword, {is, 0, 0, 0}};
}

std::map<std::string, Bytes> members(const Records& records) {
  return members_of(
      {.records = &records, .computer = "RDS01", .program = "test", .role = "host", .made = made});
}
std::unique_ptr<host::Host> reopened(const Records& records) {
  auto tree = host::archive_tree("case.zip", random_of(archive_of(members(records), made)));
  REQUIRE(tree.has_value());
  auto bundle = host::open_bundle(std::move(*tree));
  REQUIRE(bundle.has_value());
  return std::move(*bundle);
}

// GCC 12 warns of what designated initializers leave out.
void add_file(MemoryHost& machine, std::string_view path, Bytes content) {
  host::MemoryFile file;
  file.info.size = content.size();
  file.content = std::move(content);
  machine.add_file(path, std::move(file));
}

Bytes content_of(host::Host& from, std::string_view path) {
  auto file = from.open(path);
  REQUIRE_MESSAGE(file.get(), file.why);
  auto bytes = read_all(*in_order(*file.value), 1U << 24U);
  REQUIRE(bytes.has_value());
  return *bytes;
}

}  // namespace

TEST_CASE("what was asked is answered as then, and what was not is not in the bundle") {
  MemoryHost machine("RDS01");
  machine.set(R"(HKLM\SYSTEM\Select)", number("Current", 2));
  machine.set(listener, number("PortNumber", 42));
  machine.set(listener, text("Comment", "\xC3\xA4 \xE2\x82\xAC"));
  machine.set_unreadable(listener, "Security", "access denied");
  machine.set(winlogon, text("Shell", "explorer.exe"));
  machine.set(winlogon, number("x", 1));
  machine.key_unreadable(R"(HKLM\SECURITY)", "needs elevation (access denied)");
  Records records;
  const auto recorder = recording(machine, records);
  static_cast<void>(recorder->value(listener, "PortNumber"));
  static_cast<void>(recorder->value(listener, "Gone"));
  static_cast<void>(recorder->value(listener, "Security"));
  static_cast<void>(recorder->values(listener));
  static_cast<void>(recorder->values(winlogon));
  static_cast<void>(recorder->subkeys(R"(HKLM\SYSTEM)"));
  static_cast<void>(recorder->subkeys(R"(HKLM\SECURITY\Policy)"));
  static_cast<void>(recorder->values(R"(HKLM\SOFTWARE\Gone)"));
  static_cast<void>(recorder->real_key(listener));
  const auto bundle = reopened(records);

  CHECK(as_dword(bundle->value(listener, "portnumber")).value == 42);
  CHECK(bundle->value(listener, "Gone").state == Presence::absent);
  CHECK(bundle->value(listener, "Security").why == "access denied");
  CHECK(bundle->value(listener, "Comment").why == "not in case.zip");  // the list could not be read
  CHECK(bundle->values(listener).why == "access denied");
  CHECK(bundle->values(winlogon).value.size() == 2);
  CHECK(as_text(bundle->value(winlogon, "Shell")).value == "explorer.exe");
  CHECK(bundle->value(winlogon, "Anything").state == Presence::absent);
  CHECK(bundle->subkeys(R"(HKLM\SYSTEM)").value == std::vector<std::string>{"CurrentControlSet", "Select"});
  CHECK(bundle->subkeys(R"(HKLM\SECURITY\Policy)").why == "needs elevation (access denied)");
  CHECK(bundle->values(R"(HKLM\SOFTWARE\Gone)").state == Presence::absent);
  CHECK(bundle->value(R"(HKLM\SOFTWARE\Gone)", "x").state == Presence::absent);
  CHECK(bundle->value(R"(HKLM\SOFTWARE\Other)", "x").why == "not in case.zip");
  CHECK(bundle->subkeys(winlogon).why == "not in case.zip");
  CHECK(bundle->real_key(listener).contains("ControlSet002"));
  CHECK(as_dword(bundle->value(bundle->real_key(listener), "PortNumber")).value == 42);
}

TEST_CASE("files, folders and access lists are answered as then") {
  MemoryHost machine("RDS01");
  const auto sddl = formats::from_sddl("O:SYG:SYD:PAI(A;;0x1f01ff;;;SY)(A;;0x120089;;;S-1-5-20)");
  REQUIRE(sddl.has_value());
  host::MemoryFile key, denied;
  key.info.size = 2291;
  key.info.modified = made;
  key.security = Reading<formats::SecurityDescriptor>::present(*sddl);
  machine.add_file(key_file, std::move(key));
  denied.unreadable = "needs elevation (access denied)";
  machine.add_file(R"(C:\Denied)", std::move(denied));
  machine.set_key_security(listener, *sddl);
  Records records;
  const auto recorder = recording(machine, records);
  const std::string folder = R"(C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys)";
  static_cast<void>(recorder->file(key_file));
  static_cast<void>(recorder->file_security(key_file));
  static_cast<void>(recorder->folder(folder));
  static_cast<void>(recorder->file(R"(C:\Gone)"));
  static_cast<void>(recorder->file(R"(C:\Denied)"));
  static_cast<void>(recorder->key_security(listener));
  const auto bundle = reopened(records);
  CHECK(bundle->file(key_file).value.size == 2291);
  CHECK(bundle->file(key_file).value.modified == made);
  CHECK(to_sddl(bundle->file_security(key_file).value) == to_sddl(*sddl));
  CHECK(to_sddl(bundle->key_security(listener).value) == to_sddl(*sddl));
  CHECK(bundle->folder(folder + "\\").value == std::vector<std::string>{"f686aace_guid"});
  CHECK(bundle->file(R"(C:\Gone)").state == Presence::absent);
  CHECK(bundle->file(R"(C:\Denied)").why.starts_with(host::needs_elevation));
  CHECK(bundle->file(folder).why == "not in case.zip");
}

TEST_CASE("what runs and what only a running machine tells is answered as then") {
  MemoryHost machine("RDS01");
  using Services = std::vector<host::RunningService>;
  machine.set_running_services(Reading<Services>::present({{"TermService", "running", 1234, 5}}));
  machine.set_clock(Reading<Instant>::present(made));
  machine.set_user(Reading<std::string>::present("S-1-5-21-1-2-3-1104"));
  machine.set_saved_credentials(Reading<std::vector<host::SavedCredential>>::present(
      {{"TERMSRV/srv-fin-02", "CONTOSO\\anna", "domain password", made, "enterprise"}}));
  machine.set_security_products(Reading<std::vector<host::SecurityProduct>>::present(
      {{"Defender", "antivirus", "C:\\x.exe", true}, {"Other", "firewall", "", std::nullopt}}));
  machine.set_filter_drops(
      Reading<std::vector<host::FilterDrop>>::unreadable("needs elevation (access denied)"));
  Records records;
  const auto recorder = recording(machine, records);
  static_cast<void>(recorder->running_services());
  static_cast<void>(recorder->listening());
  static_cast<void>(recorder->clock());
  static_cast<void>(recorder->user());
  static_cast<void>(recorder->saved_credentials());
  static_cast<void>(recorder->security_products());
  static_cast<void>(recorder->filter_drops());
  const auto bundle = reopened(records);
  REQUIRE(bundle->running_services().value.size() == 1);
  CHECK(bundle->running_services().value[0].process_id == 1234);
  CHECK(bundle->listening().why == "not in RDS01");
  CHECK(bundle->clock().value == made);
  CHECK(bundle->user().value == "S-1-5-21-1-2-3-1104");
  REQUIRE(bundle->saved_credentials().value.size() == 1);
  CHECK(bundle->saved_credentials().value[0].written == made);
  REQUIRE(bundle->security_products().value.size() == 2);
  CHECK(bundle->security_products().value[0].on == true);
  CHECK(!bundle->security_products().value[1].on.has_value());
  CHECK(bundle->filter_drops().why == "needs elevation (access denied)");
  const auto nothing = reopened({});
  CHECK(nothing->user().why == "not in case.zip");
  CHECK(nothing->filter_drops().why == "not in case.zip");
}

TEST_CASE("of a library what was read is kept, of a policy file the names alone, of hosts the text") {
  MemoryHost machine("RDS01");
  Bytes code(300'000, 7);
  code[200'000] = 42;
  add_file(machine, library, code);
  add_file(machine, hosts, bytes_of("10.0.0.7 srv-fin-02\n"));
  Bytes pol = utf8_to_utf16le(std::string("[Software\\Policies\\A\0;Name\0;", 28));
  const Bytes secret = utf8_to_utf16le("hunter2-in-policy");
  const Bytes rest = Writer()
                         .u32le(1)
                         .u16le(';')
                         .u32le(static_cast<std::uint32_t>(secret.size()))
                         .u16le(';')
                         .bytes(secret)
                         .u16le(']')
                         .take();
  pol.insert(pol.end(), rest.begin(), rest.end());
  const Bytes second = utf8_to_utf16le(std::string("[Software\\B\0;Second\0;", 21));
  pol.insert(pol.end(), second.begin(), second.end());
  pol.insert(pol.begin(), {'P', 'R', 'e', 'g', 1, 0, 0, 0});
  add_file(machine, policy, pol);
  Records records;
  const auto recorder = recording(machine, records);
  auto file = recorder->open(library);
  REQUIRE(file.get());
  Bytes part(10);
  REQUIRE(file.value->read_at(0, part).has_value());
  REQUIRE(file.value->read_at(199'995, part).has_value());
  CHECK(content_of(*recorder, policy) == pol);
  static_cast<void>(content_of(*recorder, hosts));
  static_cast<void>(recorder->open(R"(C:\Windows\System32\gone.dll)"));
  const auto bundle = reopened(records);
  auto again = bundle->open(library);
  REQUIRE(again.get());
  CHECK(again.value->size() == code.size());
  REQUIRE(again.value->read_at(199'995, part).has_value());
  CHECK(part[5] == 42);
  CHECK_FALSE(again.value->read_at(100'000, part).has_value());
  const std::string names = utf16le_to_utf8(content_of(*bundle, policy));
  CHECK(names.contains(std::string("[Software\\Policies\\A\0;Name\0;", 28)));
  CHECK(names.contains(std::string("[Software\\B\0;Second\0;", 21)));
  CHECK_FALSE(names.contains("hunter2"));
  CHECK(content_of(*bundle, hosts) == bytes_of("10.0.0.7 srv-fin-02\n"));
  CHECK(bundle->open(R"(C:\Windows\System32\gone.dll)").state == Presence::absent);
}

TEST_CASE("of a hive it is kept whether it opens, and why not") {
  test::HiveNode root{.name = "ROOT"};
  root.key("Software").sz("Password", "hunter2-in-hive");
  const Bytes good = test::hive_file(root);
  Bytes dirty = good, damaged = good, no_hive = good;
  dirty[4] = static_cast<std::uint8_t>(dirty[4] + 1);
  std::fill(damaged.begin() + 4096, damaged.begin() + 4128, std::uint8_t{0});
  no_hive[0] = 'x';
  Bytes cut = good, version = good;
  cut.resize(4096);
  version[20] = 9;
  test::put_hive_checksum(version);
  for (const Bytes& content : {good, dirty, damaged, no_hive, cut, version, Bytes(), Bytes(300, 'r')}) {
    MemoryHost machine("RDS01");
    add_file(machine, hive, content);
    Records records;
    const auto recorder = recording(machine, records);
    static_cast<void>(recorder->open(hive));
    const auto bundle = reopened(records);
    auto kept = bundle->open(hive);
    REQUIRE(kept.get());
    CHECK((kept.value->size() == 0) == content.empty());
    const auto source = random_of(content);
    const auto before = host::excerpt_of(*source), after = host::excerpt_of(*kept.value);
    CHECK(before.problem == after.problem);
    CHECK(before.expected == after.expected);
    CHECK(before.header.empty() == after.header.empty());
    if (before.header.size() != 512) continue;
    CHECK(formats::decode_hive_header(before.header)->dirty() ==
          formats::decode_hive_header(after.header)->dirty());
  }
}

TEST_CASE("of a log the wanted events are kept, and that it has places which can't be read") {
  const json data = json::array({json::array({"x", "<&>'\x01"}), json::array({"", "y"})});
  const json events =
      json::array({{{"provider", "A"}, {"id", 1}, {"data", data}}, {{"provider", "A"}, {"id", 2}}});
  const Bytes whole = test::event_logs(events).at("System");
  const EventWish first{.kind = [](std::string_view, std::uint32_t id) { return id == 1; }, .record = {}};
  const EventWish none{.kind = [](std::string_view, std::uint32_t) { return false; }, .record = {}};
  struct Read {
    std::vector<formats::EventRecord> records;
    formats::EvtxTotals totals;
  };
  const auto read = [](const Bytes& log, const EventWish& wish) {
    auto excerpt = event_excerpt(*random_of(log), wish);
    REQUIRE(excerpt.has_value());
    CHECK(formats::is_event_xml(*excerpt));
    Read out;
    const auto source = over(*excerpt);
    auto totals = formats::read_event_xml(*source, {},
                                          [&](const formats::EventRecord& r) { out.records.push_back(r); });
    REQUIRE(totals.has_value());
    out.totals = *totals;
    return out;
  };
  const Read wanted = read(whole, first);
  REQUIRE(wanted.records.size() == 1);
  CHECK(wanted.totals.damaged_records == 0);
  CHECK(wanted.records[0].computer == "RDS01");
  CHECK(wanted.records[0].channel == "System");
  REQUIRE(wanted.records[0].data.size() == 2);
  CHECK(wanted.records[0].data[0].name == "x");
  CHECK(wanted.records[0].data[0].value == "<&>'\x01");
  CHECK(wanted.records[0].data[1].value == "y");
  const Read one_other = read(whole, none);
  REQUIRE(one_other.records.size() == 1);
  CHECK(one_other.records[0].data.empty());
  Bytes damaged = whole;
  damaged.resize(damaged.size() + 65'536, 'x');
  const Read holes = read(damaged, first);
  CHECK(holes.records.size() == 1);
  CHECK(holes.totals.damaged_records != 0);
  CHECK_FALSE(event_excerpt(*random_of(Bytes(100, 'x')), first).has_value());
}

TEST_CASE("a log that nobody read, for its size, is not in the bundle") {
  MemoryHost machine("RDS01");
  machine.add_event_log("System", "System.evtx",
                        test::event_logs(json::array({{{"provider", "A"}, {"id", 1}}})).at("System"));
  Records records;
  const auto recorder = recording(machine, records);
  static_cast<void>(recorder->event_log("System"));
  static_cast<void>(recorder->event_log("Security"));
  const auto unread = reopened(records);
  CHECK(unread->event_log("System").why == "its events were not read");
  CHECK(unread->event_log("Security").state == Presence::absent);
  CHECK(unread->event_log("Application").why == "not in case.zip");
  auto log = recorder->event_log("System");
  REQUIRE(log.get());
  Bytes head(8);
  REQUIRE(log.value.file->read_at(0, head).has_value());
  auto again = reopened(records)->event_log("System");
  REQUIRE(again.get());
  CHECK(again.value.source == "System.evtx");
}

}  // namespace rdpdoctor::collect
