// One machine, held by every kind of Host, is asked the same questions. Another kind joins by a row in
// `makers`.
#include <doctest/doctest.h>

#include <filesystem>
#include <functional>

#include "host/bundle/bundle.h"
#include "host/image/image.h"
#include "host/memory/memory_host.h"
#include "host/registry.h"
#include "support/machine.h"
#include "support/scratch_folder.h"

#ifdef _WIN32
#include "host/live/live.h"
#include "support/live_machine.h"
#endif

namespace rdpdoctor::host {
namespace {

namespace fs = std::filesystem;

const Bytes log_bytes{'E', 'l', 'f', 'F', 'i', 'l', 'e', 0, 1, 2, 3};
const Bytes hosts_bytes{'#', ' ', 'h', 'o', 's', 't', 's'};
const char* const sddl = "O:SYG:SYD:(A;;KA;;;SY)";
constexpr std::string_view terminal_server = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server)";
constexpr std::string_view listener =
    R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp)";

formats::SecurityDescriptor descriptor() {
  auto out = formats::from_sddl(sddl);
  REQUIRE(out.has_value());
  return *out;
}

struct Value {
  std::string_view key, name;
  std::uint32_t type;
  Bytes data;
};
std::vector<Value> machine_values() {
  const Bytes port = rdpdoctor::Writer().u32le(3389).take();
  Bytes text = utf8_to_utf16le("J\xc3\xb6rg");
  text.resize(text.size() + 2);
  Bytes texts = utf8_to_utf16le("a");
  texts.insert(texts.end(), {0, 0, 'b', 0, 0, 0, 0, 0});
  return {{listener, "PortNumber", reg_dword, port},
          {listener, "", reg_sz, text},
          {listener, "Owner", reg_sz, text},
          {listener, "Many", reg_multi_sz, texts},
          {listener, "Blob", reg_binary, Bytes(20000, 7)},
          {terminal_server, "fDenyTSConnections", reg_dword, Bytes(4)}};
}

std::unique_ptr<Host> memory() {
  auto host = std::make_unique<MemoryHost>("test");
  host->set(R"(HKLM\SYSTEM\Select)", {"Current", reg_dword, {1, 0, 0, 0}});
  for (const Value& v : machine_values()) host->set(v.key, {std::string(v.name), v.type, v.data});
  host->add_key(std::string(listener) + "\\Empty");
  host->set_key_security(listener, descriptor());
  MemoryFile hosts;
  hosts.content = hosts_bytes;
  hosts.info.size = hosts_bytes.size();
  host->add_file(R"(C:\Windows\System32\drivers\etc\hosts)", hosts);
  host->add_file(R"(C:\Windows\System32\drivers\etc\Networks)", MemoryFile());
  host->add_event_log("Some-Provider/Operational", "Some-Provider%4Operational.evtx", log_bytes);
  return host;
}

test::Machine machine() {
  test::Machine out;
  for (const Value& v : machine_values()) {
    const std::string_view below = v.key.substr(std::string_view(R"(HKLM\SYSTEM\CurrentControlSet\)").size());
    out.system.key("ControlSet001\\" + std::string(below)).set(v.name, v.type, v.data);
  }
  test::HiveNode& node = out.system.key(R"(ControlSet001\Control\Terminal Server\WinStations\RDP-Tcp)");
  node.key("Empty");
  node.security = formats::encode_security_descriptor(descriptor());
  out.write_hives();
  out.tree->file("Windows/System32/drivers/etc/hosts", hosts_bytes);
  out.tree->file("Windows/System32/drivers/etc/Networks");
  out.tree->file("Windows/System32/winevt/Logs/Some-Provider%4Operational.evtx", log_bytes);
  return out;
}

std::unique_ptr<Host> image() {
  auto host = open_image(machine().tree);
  REQUIRE(host.has_value());
  return std::move(*host);
}

// The same, over files of this machine's disk.
class OnDisk : test::ScratchFolder {
 public:
  OnDisk() : ScratchFolder("rdpdoctor_conformance") { machine().tree->write_to(root()); }
  [[nodiscard]] std::unique_ptr<Host> open() const {
    auto tree = folder_tree(root().string());
    REQUIRE(tree.has_value());
    auto host = open_image(std::move(*tree));
    REQUIRE(host.has_value());
    return std::move(*host);
  }
};

std::unique_ptr<Host> image_on_disk() {
  static const OnDisk folder;
  return folder.open();
}

// An export of the registry, and what no export tells.
std::unique_ptr<Host> bundle() {
  auto tree = std::make_unique<test::TreeInMemory>();
  std::string text =
      "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n"
      "\"Current\"=dword:00000001\r\n\r\n";
  auto key = [&](std::string_view name) { text += "[" + std::string(name) + "]\r\n"; };
  for (std::string_view top : {terminal_server, listener}) {
    key(top);
    for (const Value& v : machine_values()) {
      if (v.key != top) continue;
      text += v.name.empty() ? "@" : "\"" + std::string(v.name) + "\"";
      text += "=hex(" + hex(View(Bytes{static_cast<std::uint8_t>(v.type)})) + "):";
      for (std::uint8_t byte : v.data) text += hex(View(&byte, 1)) + ",";
      text.back() = '\r';
      text += '\n';
    }
  }
  key(std::string(listener) + "\\Empty");
  Bytes wide{0xFF, 0xFE};
  const Bytes units = utf8_to_utf16le(text);
  wide.insert(wide.end(), units.begin(), units.end());
  tree->file("system.reg", wide);
  tree->file("hosts", hosts_bytes);
  tree->file("Some-Provider%4Operational.evtx", log_bytes);
  const std::string listing = R"json({"schema": "rdpdoctor.bundle/1", "files": [
    {"path": "C:\\Windows\\System32\\drivers\\etc\\hosts", "size": 7, "copy": "hosts"},
    {"path": "C:\\Windows\\System32\\drivers\\etc\\Networks", "size": 0}],
    "keys": [{"key": "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp",
              "sddl": "O:SYG:SYD:(A;;KA;;;SY)"}],
    "covers": {"files": ["C:\\Windows"], "channels": ["Gone"]}})json";
  tree->file("rdpdoctor-host.json", {listing.begin(), listing.end()});
  auto host = open_bundle(std::move(tree));
  REQUIRE(host.has_value());
  return std::move(*host);
}

// A kind of host, and what of the machine is not the same for all: a running one can be given no folder
// called C:\Windows, no event channel, and no access list by which this program itself may not go on.
struct Kind {
  std::shared_ptr<void> machine;  // that which the host reads, where it must outlive the maker
  std::unique_ptr<Host> host;
  std::string windows = R"(C:\Windows)";
  bool running = false;
};

template <std::unique_ptr<Host> (*make)()>
Kind kind_of() {
  return {.machine = nullptr, .host = make()};
}

#ifdef _WIN32
// The listener's list, with everyone in it, so that the test may read what it closes.
Kind live() {
  auto machine = std::make_shared<test::LiveMachine>();
  machine->set(R"(HKLM\SYSTEM\Select)", "Current", reg_dword, {1, 0, 0, 0});
  machine->add_key(R"(HKLM\SYSTEM\ControlSet001)");
  for (const Value& v : machine_values()) machine->set(v.key, v.name, v.type, v.data);
  machine->add_key(std::string(listener) + "\\Empty");
  machine->set_key_security(listener, "D:P(A;;KA;;;SY)(A;;KA;;;WD)");
  machine->file(R"(System32\drivers\etc\hosts)", hosts_bytes);
  machine->file(R"(System32\drivers\etc\Networks)");
  auto host = open_live_host();
  REQUIRE(host.has_value());
  std::string windows = machine->windows();
  return {.machine = std::move(machine),
          .host = std::move(*host),
          .windows = std::move(windows),
          .running = true};
}
#endif

Bytes content(RandomSource& file) {
  Bytes out(file.size());
  CHECK(file.read_at(0, out).has_value());
  return out;
}

void for_each(const std::function<void(const Kind&)>& check) {
  struct Maker {
    const char* name;
    Kind (*make)();
  };
  static constexpr Maker makers[] = {
      {"memory", kind_of<memory>},
      {"image", kind_of<image>},
      {"image on disk", kind_of<image_on_disk>},
      {"bundle", kind_of<bundle>},
#ifdef _WIN32
      {"live", live},
#endif
  };
  for (const Maker& maker : makers) {
    INFO(std::string(maker.name));
    check(maker.make());
  }
}

void for_each_kind(const std::function<void(Host&)>& check) {
  for_each([&](const Kind& kind) { check(*kind.host); });
}

}  // namespace

TEST_CASE("every kind of host gives a value as it is stored") {
  for_each_kind([](Host& host) {
    for (const Value& v : machine_values()) {
      auto value = host.value(v.key, v.name);
      REQUIRE_MESSAGE(value.get(), v.name);
      CHECK(value.value.name == v.name);
      CHECK(value.value.type == v.type);
      CHECK(value.value.data == v.data);
    }
    CHECK(as_dword(host.value(listener, "PortNumber")).value == 3389);
    CHECK(as_text(host.value(listener, "")).value == "J\xc3\xb6rg");
    CHECK(as_texts(host.value(listener, "Many")).value == std::vector<std::string>{"a", "b"});
    CHECK(host.values(listener).value.size() == 5);
  });
}

TEST_CASE("every kind of host compares names without regard to case, and knows the long names of roots") {
  for_each([](const Kind& kind) {
    Host& host = *kind.host;
    for (const char* key : {R"(hklm\system\currentcontrolset\CONTROL\terminal server\winstations\rdp-tcp)",
                            R"(HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server\)"
                            R"(WinStations\RDP-Tcp\)"})
      CHECK_MESSAGE(host.value(key, "PORTNUMBER").get(), key);
    CHECK(host.file(lower(kind.windows) + R"(\SYSTEM32\drivers\ETC\Hosts)").get());
    if (!kind.running) CHECK(host.event_log("some-provider/operational").get());
  });
}

TEST_CASE("every kind of host tells what is not there as absent") {
  for_each([](const Kind& kind) {
    Host& host = *kind.host;
    const std::string gone = std::string(listener) + "\\Gone\\Deeper";
    CHECK(host.value(listener, "Gone").state == Presence::absent);
    CHECK(host.value(gone, "x").state == Presence::absent);
    CHECK(host.values(gone).state == Presence::absent);
    CHECK(host.subkeys(gone).state == Presence::absent);
    CHECK(host.key_security(gone).state == Presence::absent);
    CHECK(host.file(kind.windows + R"(\gone\x)").state == Presence::absent);
    CHECK(host.folder(kind.windows + R"(\gone)").state == Presence::absent);
    CHECK(host.open(kind.windows + R"(\gone)").state == Presence::absent);
    CHECK(host.file_security(kind.windows + R"(\gone)").state == Presence::absent);
    // Under Wine there is nobody to ask whether a running machine has it.
    const auto log = host.event_log("Gone").state;
    CHECK((log == Presence::absent || (kind.running && log == Presence::unreadable)));
    CHECK(host.clock().state == (kind.running ? Presence::present : Presence::absent));
  });
}

TEST_CASE("every kind of host lists keys and folders in their own case") {
  for_each([](const Kind& kind) {
    Host& host = *kind.host;
    CHECK(host.subkeys(terminal_server).value == std::vector<std::string>{"WinStations"});
    CHECK(host.subkeys(std::string(listener) + "\\Empty").value.empty());
    CHECK(host.values(std::string(listener) + "\\Empty").get());
    CHECK(host.folder(kind.windows + R"(\System32\drivers\etc)").value ==
          std::vector<std::string>{"Networks", "hosts"});
  });
}

TEST_CASE("every kind of host gives files and access lists") {
  for_each([](const Kind& kind) {
    Host& host = *kind.host;
    const std::string drivers = kind.windows + R"(\System32\drivers)";
    auto file = host.open(drivers + R"(\etc\hosts)");
    REQUIRE(file.get());
    CHECK(content(*file.value) == hosts_bytes);
    CHECK(host.file(drivers + R"(\etc\hosts)").value.size == hosts_bytes.size());
    CHECK(host.file(drivers).value.is_folder);
    CHECK(host.open(drivers).state == Presence::unreadable);
    // Nobody gave it one; a folder on Windows has one all the same.
    CHECK(host.file_security(drivers + R"(\etc\hosts)").state != Presence::absent);
    auto security = host.key_security(listener);
    REQUIRE(security.get());
    REQUIRE(security.value.entries.has_value());
    CHECK(security.value.entries->size() == (kind.running ? 2 : 1));
    CHECK(security.value.entries->front().sid == "S-1-5-18");
    CHECK(security.value.entries->front().mask == 0xF003F);  // KEY_ALL_ACCESS
    if (!kind.running) CHECK(formats::to_sddl(security.value) == sddl);
  });
}

TEST_CASE("every kind of host gives event logs, and tells what runs or that nothing does") {
  for_each([](const Kind& kind) {
    Host& host = *kind.host;
    const auto runs = kind.running ? Presence::present : Presence::unreadable;
    CHECK(host.running_services().state == runs);
    CHECK(host.listening().state == runs);
    if (kind.running) {
      MESSAGE("no event channel of the test's own: making one takes a manifest and an administrator");
      return;
    }
    auto log = host.event_log("Some-Provider/Operational");
    REQUIRE(log.get());
    CHECK(log.value.source == "Some-Provider%4Operational.evtx");
    CHECK(content(*log.value.file) == log_bytes);
  });
}

TEST_CASE("every kind of host cites the control set that is the current one") {
  for_each_kind([](Host& host) {
    CHECK(value_source(host, terminal_server, "fDenyTSConnections") ==
          R"(HKLM\SYSTEM\ControlSet001\Control\Terminal Server: fDenyTSConnections)");
    CHECK(host.real_key(R"(HKLM\SYSTEM\CurrentControlSetX)") == R"(HKLM\SYSTEM\CurrentControlSetX)");
    CHECK(host.real_key(R"(HKLM\SOFTWARE\A)") == R"(HKLM\SOFTWARE\A)");
  });
}

}  // namespace rdpdoctor::host
