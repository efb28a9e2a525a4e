// The PowerShell collector takes what causes and fixes use: whatever is asked of any machine of the tests is
// compared with its table (collect/script_keys.h), which so can't fall behind.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "analyze/event_interest.h"
#include "base/text.h"
#include "collect/recorder.h"
#include "collect/script_keys.h"
#include "fixes/engine/fix.h"
#include "fixes/engine/plan.h"
#include "fmt/core.h"
#include "formats/reg_file.h"
#include "host/files.h"
#include "host/registry.h"
#include "inspect/inspect.h"
#include "support/host_json.h"

namespace rdpdoctor {
namespace {

namespace fs = std::filesystem;
using collect::ScriptChannel;
using collect::ScriptFile;
using collect::ScriptKey;
using collect::Take;
using collect::TakeFile;
using host::MemoryHost;
using Texts = std::vector<std::string>;

const fs::path hosts = fs::path(RDPDOCTOR_SOURCE) / "tests" / "hosts";
const std::string stations = R"(HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations)";
const std::string profiles = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList)";
constexpr std::string_view some_user = "S-1-5-21-3623811015-3361044348-30300820-1104";

std::string text_at(MemoryHost& machine, const std::string& key, std::string_view name) {
  const auto text = host::as_text(machine.value(key, name));
  return text.get() ? std::string(trim(text.value)) : "";
}

Texts classes(MemoryHost& machine) {
  Texts out;
  for (const std::string& listener : machine.subkeys(stations).value)
    for (const char* name : {"LoadableProtocol_Object", "CitrixBackupRdpTcpLoadableProtocolObject"})
      out.push_back(text_at(machine, host::under(stations, listener), name));
  return out;
}

std::string server_of(MemoryHost& machine, const std::string& clsid) {
  std::string path =
      text_at(machine, fmt::format(R"(HKLM\SOFTWARE\Classes\CLSID\{}\InprocServer32)", clsid), "");
  std::erase(path, '"');
  const bool bare = !path.empty() && !path.contains('\\');
  return bare ? host::expanded(machine, R"(%SystemRoot%\System32)") + '\\' + path
              : host::expanded(machine, path);
}

// What stands for a word in <>; `before` is the key that it stands in.
Texts names_of(MemoryHost& machine, std::string_view word, std::string_view before) {
  Texts out;
  if (word == "store") return {text_at(machine, stations, "SelfSignedCertStore")};
  if (word == "class") return classes(machine);
  if (word == "user") return {std::string(some_user)};
  if (word == "library") {
    const std::string key = R"(HKLM\SYSTEM\CurrentControlSet\Services\TermService\Parameters)";
    return {host::expanded(machine, text_at(machine, key, "ServiceDll"))};
  }
  if (word == "server") {
    for (const std::string& clsid : classes(machine)) out.push_back(server_of(machine, clsid));
    return out;
  }
  if (word == "profile") {
    for (const std::string& sid : machine.subkeys(profiles).value)
      out.push_back(
          host::expanded(machine, text_at(machine, host::under(profiles, sid), "ProfileImagePath")));
    return out;
  }
  REQUIRE(word.ends_with('*'));
  word.remove_suffix(1);
  for (const std::string& name : machine.subkeys(before.substr(0, before.size() - 1)).value)
    if (name.starts_with(word)) out.push_back(name);
  return out;
}

Texts meant_by(MemoryHost& machine, std::string_view row) {
  const std::size_t begin = row.find('<'), end = row.find('>');
  if (begin == row.npos) return {std::string(row)};
  Texts out;
  for (const std::string& name :
       names_of(machine, row.substr(begin + 1, end - begin - 1), row.substr(0, begin)))
    if (!name.empty()) out.push_back(fmt::format("{}{}{}", row.substr(0, begin), name, row.substr(end + 1)));
  return out;
}

bool has(std::string_view names, std::string_view name) {
  return std::ranges::any_of(split(names, '|'),
                             [&](std::string_view one) { return equal_ignoring_case(one, name); });
}

// Of one machine.
class Table {
 public:
  explicit Table(MemoryHost& machine) {
    for (const ScriptKey& row : collect::script_keys())
      for (std::string& key : meant_by(machine, row.key)) keys_.emplace_back(std::move(key), &row);
    for (const ScriptFile& row : collect::script_files())
      for (const std::string& path : meant_by(machine, row.path))
        files_.emplace_back(host::expanded(machine, path), &row);
  }

  [[nodiscard]] bool takes(Take what, const std::string& key, std::string_view value = {}) const {
    return std::ranges::any_of(keys_, [&](const auto& row) {
      const auto& [top, is] = row;
      if (is->take == Take::tree && what != Take::access)
        return formats::is_at_or_below(key, top) && !holds_secrets(key.substr(top.size()));
      if (is->take != what || !equal_ignoring_case(key, top)) return false;
      return what != Take::values || has(is->values, value);
    });
  }
  [[nodiscard]] bool takes_file(const std::string& path) const {
    return std::ranges::any_of(files_, [&](const auto& row) {
      const bool below = row.second->take == TakeFile::folder && formats::is_at_or_below(path, row.first);
      return below || equal_ignoring_case(path, row.first);
    });
  }

 private:
  static bool holds_secrets(std::string_view below) {
    return std::ranges::any_of(split(below, '\\'), [](std::string_view part) {
      return std::ranges::find(collect::script_secret_keys(), part) != collect::script_secret_keys().end();
    });
  }
  std::vector<std::pair<std::string, const ScriptKey*>> keys_;
  std::vector<std::pair<std::string, const ScriptFile*>> files_;
};

// What of the questions the collector would not answer.
void find_missing(MemoryHost& machine, const collect::Records& asked, std::set<std::string>& out) {
  const Table table(machine);
  for (const auto& [key, of] : asked.keys) {
    for (const auto& [name, reading] : of.values)
      if (!table.takes(Take::values, key, name)) out.insert(key + ": " + name);
    // A list of values that is not whole would say that the others are not there.
    if (of.list && !table.takes(Take::tree, key)) out.insert("the values of " + key);
    if (of.subkeys && !table.takes(Take::names, key)) out.insert("the keys below " + key);
    if (of.security && !table.takes(Take::access, key)) out.insert("the access list of " + key);
  }
  for (const auto& [path, of] : asked.files)
    if (!table.takes_file(path)) out.insert(path);
  for (const auto& [channel, of] : asked.logs)
    if (std::ranges::find(collect::script_channels(), channel, &ScriptChannel::channel) ==
        collect::script_channels().end())
      out.insert("the log " + channel);
}

void ask_all(MemoryHost& machine, collect::Records& asked) {
  const Instant now = from_rfc3339(test::default_now).value();
  machine.set_user(Reading<std::string>::present(std::string(some_user)));
  const auto asking = collect::recording(machine, asked);
  evidence::CaseFile as_host, as_client;
  as_client.target.host = "srv-fin-02.corp.example";
  inspect::inspect(*asking, now, as_host);
  inspect::inspect_client(*asking, now, as_client);
  fixes::Options options;
  options.accept_risk = true;
  options.server = as_client.target.host;
  options.address = "10.20.0.7";
  options.interface = "Ethernet";
  options.mtu = 1400;
  options.port = 3390;
  for (const fixes::Fix& fix : fixes::all_fixes())
    for (const auto* evidence : {&as_host, &as_client})
      (void)fixes::plan(fix,
                        {.host = asking.get(), .evidence = evidence, .options = options, .for_script = true});
}

std::vector<test::json> cases() {
  std::vector<test::json> out{test::json::object()};
  for (const auto& folder : fs::directory_iterator(hosts)) {
    if (folder.path().filename() == "healthy") continue;
    for (const auto& path : test::json_files(folder.path())) out.push_back(test::json_of(path));
  }
  return out;
}

}  // namespace

TEST_CASE("the PowerShell collector takes all that inspections and fixes ask of any machine of the tests") {
  std::set<std::string> missing;
  std::size_t questions = 0;
  for (const test::json& over : cases()) {
    const auto machine = test::host_under(hosts, over).take();
    collect::Records asked;
    ask_all(*machine, asked);
    questions += asked.keys.size() + asked.files.size() + asked.logs.size();
    find_missing(*machine, asked, missing);
  }
  CHECK(5'000 < questions);
  for (const std::string& one : missing) FAIL_CHECK("the table has no row for ", one);
}

TEST_CASE("a key, a value, a file and a log that the table lacks are seen") {
  const auto machine = test::host_under(hosts, test::json::object()).take();
  collect::Records asked;
  const auto asking = collect::recording(*machine, asked);
  const std::string winlogon = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)";
  (void)asking->value(winlogon, "WinStationsDisabled");
  (void)asking->value(winlogon, "Shell");
  (void)asking->values(winlogon);
  (void)asking->subkeys(R"(HKLM\SOFTWARE\Microsoft)");
  (void)asking->key_security(stations);
  (void)asking->file(R"(C:\Windows\System32\winlogon.exe)");
  (void)asking->event_log("Setup");
  std::set<std::string> missing;
  find_missing(*machine, asked, missing);
  CHECK(missing == std::set<std::string>{winlogon + ": Shell", "the values of " + winlogon,
                                         R"(the keys below HKLM\SOFTWARE\Microsoft)",
                                         "the access list of " + stations,
                                         R"(C:\Windows\System32\winlogon.exe)", "the log Setup"});
}

TEST_CASE("of logs that are taken in part, all providers and events of interest are") {
  const auto row = [](std::string_view channel) {
    return *std::ranges::find(collect::script_channels(), channel, &ScriptChannel::channel);
  };
  for (std::uint32_t id = 0; id <= 0xFFFF; ++id)
    if (analyze::is_of_interest("Microsoft-Windows-Security-Auditing", id))
      CHECK_MESSAGE(has(row("Security").ids, std::to_string(id)), id);
  // Those whose channels are others, which are taken whole.
  constexpr std::string_view own_channels =
      "remotedesktopservices-rdpcorets|remotedesktopservices-rdpcorecdv|security-auditing|"
      "terminalservices-sessionbroker-client|terminalservices-sessionbroker|"
      "terminalservices-clientactivexcore";
  Texts taken;
  for (const char* channel : {"System", "Application"})
    for (const std::string_view name : split(row(channel).providers, '|'))
      taken.push_back(lower(analyze::short_provider(name)));
  // Its table is its own: the rows are read as they are written, {"provider", ids}.
  std::ifstream source(fs::path(RDPDOCTOR_SOURCE) / "src/analyze/event_interest.cpp");
  int rows = 0;
  for (std::string line; std::getline(source, line);) {
    if (!line.starts_with("    {\"") || line.contains("\",  ")) continue;
    const std::string name = line.substr(6, line.find('"', 6) - 6);
    ++rows;
    CHECK_MESSAGE((has(own_channels, name) || std::ranges::find(taken, name) != taken.end()), name);
  }
  CHECK(15 < rows);
}

}  // namespace rdpdoctor
