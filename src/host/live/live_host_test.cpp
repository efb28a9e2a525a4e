#include "host/live/live.h"

#include <doctest/doctest.h>

#ifndef _WIN32

namespace rdpdoctor::host {

TEST_CASE("off Windows the running machine is told as none, with what to ask for instead") {
  CHECK_FALSE(is_windows());
  auto host = open_live_host();
  REQUIRE_FALSE(host.has_value());
  CHECK(to_text(host.error()).contains("--image"));
}

}  // namespace rdpdoctor::host

#else

#include <winsock2.h>

#include <algorithm>
#include <chrono>

#include "host/registry.h"
#include "support/live_machine.h"

namespace rdpdoctor::host {
namespace {

using test::LiveMachine;

constexpr std::string_view software = R"(HKLM\SOFTWARE\Test)";
constexpr std::string_view profile_list = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)";

std::unique_ptr<Host> running() {
  auto host = open_live_host();
  REQUIRE(host.has_value());
  return std::move(*host);
}

// Listens on a port of 127.0.0.1 that the system chose.
class Listener {
 public:
  Listener() {
    WSADATA data{};
    REQUIRE(WSAStartup(0x0202, &data) == 0);
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof at;
    REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&at), size) == 0);
    REQUIRE(listen(socket_, 1) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = ntohs(at.sin_port);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    closesocket(socket_);
    WSACleanup();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  SOCKET socket_ = INVALID_SOCKET;
  std::uint16_t port_ = 0;
};

}  // namespace

TEST_CASE("values of the running registry are read whole, whatever their size, number and names") {
  LiveMachine machine;
  auto host = running();
  const Bytes large(1'000'000, 0x5A);
  machine.set(software, "Large", reg_binary, large);
  machine.set(software, "Empty", reg_binary, {});
  machine.set_text(software,
                   "Gr\xc3\xb6\xc3\x9f"
                   "e",
                   "\xc3\x9c"
                   "bung");
  CHECK(host->value(software, "Large").value.data == large);
  CHECK(host->value(software, "Empty").state == Presence::present);
  CHECK(host->value(software, "Empty").value.data.empty());
  CHECK(as_text(host->value(software,
                            "gr\xc3\x96\xc3\x9f"
                            "E"))
            .value ==
        "\xc3\x9c"
        "bung");
  CHECK(host->values(software).value.size() == 3);
  CHECK(host->value(software, std::string_view("La\0rge", 6)).state == Presence::unreadable);
  constexpr std::string_view rules = R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\FirewallRules)";
  for (int i = 0; i < 3000; ++i)
    machine.set_text(rules, "Rule-" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'v'));
  auto all = host->values(rules);
  REQUIRE(all.value.size() == 3000);
  auto last = std::ranges::find(all.value, "Rule-2999", &RegistryValue::name);
  REQUIRE(last != all.value.end());
  CHECK(last->data.size() == 2 * 2999 + 2);
}

TEST_CASE("keys with names of every kind are listed, and the root too") {
  LiveMachine machine;
  auto host = running();
  const std::string key = std::string(software) + "\\Schl\xc3\xbcssel\\" + std::string(255, 'k');
  machine.set(key, "x", reg_dword, {1, 0, 0, 0});
  CHECK(as_dword(host->value(key, "X")).value == 1);
  CHECK(host->subkeys(software).value == std::vector<std::string>{"Schl\xc3\xbcssel"});
  CHECK(host->subkeys("HKLM").value == std::vector<std::string>{"SOFTWARE"});
  CHECK(host->value(R"(HKCR\.txt)", "").state == Presence::unreadable);
  CHECK(host->subkeys("HKLMX").state == Presence::unreadable);
  CHECK(host->real_key(R"(HKLM\SYSTEM\CurrentControlSet\A)") == R"(HKLM\SYSTEM\CurrentControlSet\A)");
  // Wine has CurrentControlSet as a key of its own, and Select all the same.
  machine.set(R"(HKLM\SYSTEM\Select)", "Current", reg_dword, {1, 0, 0, 0});
  CHECK(running()->real_key(R"(HKLM\SYSTEM\CurrentControlSet\A)") == R"(HKLM\SYSTEM\CurrentControlSet\A)");
  machine.add_key(R"(HKLM\SYSTEM\ControlSet001)");
  CHECK(running()->real_key(R"(HKLM\SYSTEM\CurrentControlSet\A)") == R"(HKLM\SYSTEM\ControlSet001\A)");
}

TEST_CASE("a key that may not be read is never absent, and says what would read it") {
  LiveMachine machine;
  const std::string closed = std::string(software) + "\\Closed";
  machine.set(closed, "x", reg_dword, {1, 0, 0, 0});
  machine.set_key_security(closed, "D:P(A;;KA;;;SY)");
  auto host = running();
  auto value = host->value(closed, "x");
  // An administrator's privilege to make backups may open it all the same.
  if (is_elevated() && value.get()) return;
  REQUIRE(value.state == Presence::unreadable);
  CHECK(value.why.starts_with(is_elevated() ? "access denied" : needs_elevation));
  CHECK(host->values(closed).state == Presence::unreadable);
  CHECK(host->subkeys(closed).state == Presence::unreadable);
}

TEST_CASE("a user who is not logged on has a registry that can't be read, not an empty one") {
  LiveMachine machine;
  auto host = running();
  auto user = host->user();
  REQUIRE(user.get());
  CHECK(user.value.starts_with("S-1-5-"));
  CHECK(host->subkeys("HKU\\" + user.value).get());
  CHECK(host->value("HKU\\" + user.value + "\\Software\\rdpdoctor-gone", "x").state == Presence::absent);
  const std::string stranger = "S-1-5-21-1-2-3-4711";
  auto nobody = host->value(R"(HKU\)" + stranger + R"(\Software)", "x");
  CHECK(nobody.state == Presence::unreadable);
  CHECK(nobody.why.contains("no profile"));
  machine.add_key(std::string(profile_list) + '\\' + stranger);
  auto away = host->subkeys(R"(HKEY_USERS\)" + stranger);
  CHECK(away.state == Presence::unreadable);
  CHECK(away.why.contains("not logged on"));
}

TEST_CASE("files of the running machine are read by every way to write their paths") {
  LiveMachine machine;
  auto host = running();
  const std::string deep(100, 'd');
  const std::string path = deep + "\\" + deep + "\\" + deep;
  machine.file("System32\\a.txt", {'a', 'b', 'c'});
  CHECK(host->file("%SystemRoot%\\System32\\a.txt").value.size == 3);
  CHECK(host->file(R"(System32\a.txt)").value.size == 3);
  CHECK(host->file(machine.windows() + "\\gone\\..\\System32/a.txt").value.size == 3);
  CHECK(host->file(machine.windows() + "\\System32\\NUL").state == Presence::unreadable);
  CHECK(host->file(R"(\\server\share\a.txt)").why.contains("on the network"));
  CHECK(host->file("a.txt").state == Presence::unreadable);
  CHECK(host->file(machine.windows() + std::string("\\a\0b", 4)).state == Presence::unreadable);
  CHECK(host->folder(machine.windows() + "\\System32\\a.txt").state == Presence::unreadable);
  CHECK(host->file(machine.windows() + "\\" + path).state == Presence::absent);
  auto info = host->file("%SystemRoot%\\System32\\a.txt");
  REQUIRE(info.value.modified.has_value());
  CHECK(host->clock().value.ms - info.value.modified->ms < 600'000);
}

TEST_CASE("links are followed; one that leads nowhere, or to the network, is told as what it is") {
  LiveMachine machine;
  auto host = running();
  machine.file("Real\\a.txt", {'a'});
  const std::string windows = machine.windows();
  auto link = [&](const std::string& name, const std::string& target, DWORD flags) {
    return CreateSymbolicLinkW(wide(windows + "\\" + name).c_str(), wide(target).c_str(), flags) != 0;
  };
  const bool made = link("Linked", windows + "\\Real", SYMBOLIC_LINK_FLAG_DIRECTORY) &&
                    link("dangling", windows + "\\gone", 0) && link("far", R"(\\server\share\a.txt)", 0);
  // Wine 8 says that it made one, and makes none.
  const bool told = GetFileAttributesW(wide(windows + "\\Linked").c_str()) != INVALID_FILE_ATTRIBUTES;
  if (!made || !told) {
    MESSAGE("this account, or this system, makes no links");
    return;
  }
  CHECK(host->file(windows + "\\Linked").value.is_folder);
  CHECK_FALSE(host->file(windows + "\\Linked").value.is_link);
  CHECK(host->file(windows + "\\Linked\\a.txt").value.size == 1);
  CHECK(host->folder(windows + "\\Linked").value == std::vector<std::string>{"a.txt"});
  for (const char* name : {"\\dangling", "\\far"}) {
    CHECK(host->file(windows + name).value.is_link);
    CHECK(host->open(windows + name).state == Presence::unreadable);
    CHECK(host->open(windows + name).why.contains("link"));
  }
}

TEST_CASE("a folder with many names, umlauts and a long path is listed whole and sorted") {
  LiveMachine machine;
  auto host = running();
  machine.file(
      "Keys\\\xc3\xbc"
      "ber.txt");
  for (int i = 100; i < 1100; ++i) machine.file("Keys\\" + std::to_string(i));
  auto names = host->folder(machine.windows() + "\\Keys");
  REQUIRE(names.value.size() == 1001);
  CHECK(std::ranges::is_sorted(names.value));
  auto security = host->file_security(machine.windows() + "\\Keys\\100");
  REQUIRE(security.get());
  CHECK(security.value.owner.starts_with("S-1-5-"));
  CHECK(security.value.entries.has_value());
}

TEST_CASE("the service manager's services are told with what they do") {
  auto services = running()->running_services();
  REQUIRE(services.get());
  auto has = [&](std::string_view name) {
    return std::ranges::any_of(services.value, [&](auto& s) { return equal_ignoring_case(s.name, name); });
  };
  CHECK(has("RpcSs"));
  CHECK(has("EventLog"));
  auto runs = std::ranges::find(services.value, "running", &RunningService::state);
  REQUIRE(runs != services.value.end());
  auto stopped = std::ranges::find(services.value, "stopped", &RunningService::state);
  REQUIRE(stopped != services.value.end());
  CHECK(stopped->process_id == 0);
}

TEST_CASE("a port that this process listens on is told") {
  const Listener listener;
  auto sockets = running()->listening();
  REQUIRE(sockets.get());
  auto at = std::ranges::find_if(sockets.value, [&](const Listening& s) {
    return s.protocol == "tcp" && s.address == "127.0.0.1" && s.port == listener.port();
  });
  REQUIRE(at != sockets.value.end());
  // Wine tells owners of sockets only where it may look into Linux' table of them.
  if (at->process_id == 0) {
    MESSAGE("the system did not tell whose the port is");
    return;
  }
  CHECK(at->process_id == GetCurrentProcessId());
  CHECK(at->program.contains("test_host"));
}

TEST_CASE("the running machine has a name, a clock, and no hive of its own to doubt") {
  auto host = running();
  CHECK(host->kind() == "live");
  CHECK_FALSE(host->name().empty());
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())
                       .time_since_epoch()
                       .count();
  CHECK(std::abs(host->clock().value.ms - now) < 60'000);
  CHECK(host->hives().empty());
}

}  // namespace rdpdoctor::host

#endif
