// Runs tests/clients: what was read of a client and what its connections met in, the causes of the client's
// side out. "evidence" lies over tests/clients/healthy/client.json and over the connections of
// tests/clients/wire
// ("wire", by default healthy.json); "expect" lists what is found of the client's side, "first" what stands
// before everything. The file's name says what must hold of the cause whose folder it lies in.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "causes/engine/client_views.h"
#include "causes/engine/diagnosis.h"
#include "evidence/json.h"
#include "support/judged_words.h"

namespace rdpdoctor::causes {
namespace {

using test::health_word;
using test::words;

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path clients = fs::path(RDPDOCTOR_TEST_CASES).parent_path() / "clients";
constexpr std::string_view kinds[] = {"present", "absent", "unreadable", "near-miss"};

// What a look at the client tells. Two more are told by the client's codes and words alone.
bool of_client(const Cause& cause) {
  static const std::set<std::string_view> told = {"client-license-store", "client-option-obsolete"};
  return cause.id == "update-regression" || (cause.id.starts_with("client-") && !told.contains(cause.id));
}

json json_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  json out = json::parse(in, nullptr, false);
  INFO(path.string());
  REQUIRE(out.is_object());
  return out;
}

// A reading is replaced as a whole: "unreadable" beside "present" would be neither.
void lay(json& under, const json& over) {
  const bool reading = over.contains("present") || over.contains("unreadable");
  if (!under.is_object() || !over.is_object() || reading) {
    under = over;
    return;
  }
  for (const auto& [key, value] : over.items()) lay(under[key], value);
}

json evidence_of(const json& test) {
  static const std::set<std::string> known = {"about", "wire",  "evidence", "expect",
                                              "never", "first", "health"};
  for (const auto& [name, value] : test.items()) REQUIRE_MESSAGE(known.contains(name), name);
  json out = json_of(clients / "healthy" / "client.json").at("evidence");
  lay(out, json_of(clients / "wire" / (test.value("wire", "healthy") + ".json")).at("evidence"));
  lay(out, test.value("evidence", json::object()));
  const json& address = out["target"]["addresses"][0];
  for (json& connection : out["connections"]) connection["asked"]["address"] = address;
  for (json& exchange : out["udp"]) exchange["address"] = address;
  return out;
}

// What a failed check shows.
std::string told(const Diagnosis& d) {
  std::string out = "health " + std::string(health_word(d.health)) + "\n";
  for (const auto& r : d.causes) {
    out.append("  found ").append(words(r)).append("\n");
    for (const auto& line : r.found.evidence)
      out.append("      ").append(line.source).append(": ").append(line.text).append("\n");
  }
  for (const auto& u : d.untested)
    if (of_client(*u.cause))
      out.append("  untested ").append(u.cause->id).append(": ").append(u.needs.front()).append("\n");
  for (const auto& e : d.excluded)
    if (of_client(*e.cause))
      out.append("  excluded ").append(e.cause->id).append(": ").append(e.because).append("\n");
  return out;
}

bool found(const Diagnosis& d, std::string_view id) {
  return std::ranges::any_of(d.causes, [&](const auto& r) { return r.cause->id == id; });
}
bool untested(const Diagnosis& d, std::string_view id) {
  return std::ranges::any_of(d.untested, [&](const auto& u) { return u.cause->id == id; });
}

// What the file's name promises of the cause whose folder it lies in.
void check_kind(const std::string& file, const std::string& id, const Diagnosis& d) {
  if (file.starts_with("present")) {
    CHECK(found(d, id));
  } else if (file.starts_with("unreadable")) {
    CHECK_MESSAGE(untested(d, id), id, " must be untested: what tells it can't be read");
  } else {
    const bool named = file.starts_with("absent") || file.starts_with("near-miss");
    CHECK_MESSAGE(named, "the file's name must begin with present, absent, unreadable or near-miss");
    CHECK_MESSAGE(!found(d, id), id, " must not be found");
  }
}

CaseFile case_of(const json& evidence) {
  auto read = evidence::from_json(evidence.dump());
  if (!read) FAIL(to_text(read.error()));
  return *read;
}

void run_case(const fs::path& path) {
  const json test = json_of(path);
  const CaseFile c = case_of(evidence_of(test));
  const Diagnosis d = diagnose(c);
  INFO(fs::relative(path, clients).string(), ": ", test.value("about", ""), "\n", told(d));
  std::vector<std::string> got;
  for (const auto& r : d.causes)
    if (of_client(*r.cause)) got.push_back(words(r));
  CHECK(got == test.at("expect").get<std::vector<std::string>>());
  for (const auto& never : test.value("never", json::array()))
    CHECK_FALSE(found(d, never.get<std::string>()));
  if (test.contains("health")) CHECK(health_word(d.health) == test["health"].get<std::string>());
  if (test.contains("first")) {
    REQUIRE_FALSE(d.causes.empty());
    CHECK(d.causes.front().cause->id == test["first"].get<std::string>());
  }
  check_kind(path.filename().string(), path.parent_path().filename().string(), d);
  CHECK(told(diagnose(case_of(json::parse(evidence::to_json(c))))) == told(d));
}

bool has_case(const fs::path& folder, std::string_view kind) {
  if (!fs::is_directory(folder)) return false;
  return std::ranges::any_of(fs::directory_iterator(folder), [&](const auto& entry) {
    return entry.path().filename().string().starts_with(kind);
  });
}

CaseFile healthy() {
  return case_of(evidence_of({{"expect", json::array()}}));
}

}  // namespace

TEST_CASE("every case under tests/clients gives the causes it expects") {
  for (const auto& folder : fs::directory_iterator(clients)) {
    const std::string name = folder.path().filename().string();
    if (name == "healthy" || name == "wire") continue;
    CHECK_MESSAGE(find_cause(name) != nullptr, name, " is no cause");
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".json") run_case(entry.path());
  }
}

TEST_CASE("every cause that a look at the client tells has cases of all four kinds") {
  for (const Cause& cause : all_causes()) {
    if (!of_client(cause)) continue;
    for (const std::string_view kind : kinds)
      CHECK_MESSAGE(has_case(clients / cause.id, kind), "tests/clients/", cause.id, "/", kind, "*.json");
  }
}

TEST_CASE("a healthy client on a healthy connection has no cause, and every cause of its side is excluded") {
  const Diagnosis d = diagnose(healthy());
  INFO(told(d));
  CHECK(d.causes.empty());
  CHECK(d.health == Health::healthy);
  for (const Cause& cause : all_causes()) {
    // What hurts connections to the host takes a look at the host.
    if (of_client(cause) && cause.id != "update-regression") CHECK_FALSE(untested(d, cause.id));
  }
}

TEST_CASE(
    "of a client that was not looked at nothing is said, and of one that can't be read nothing is excluded") {
  CaseFile c = healthy();
  c.client.reset();
  std::erase_if(c.connections, [](auto& one) { return one.asked.tls == "system"; });
  for (const bool unreadable : {false, true}) {
    if (unreadable) c.client.emplace();
    const Diagnosis d = diagnose(c);
    INFO(told(d));
    CHECK(d.causes.empty());
    for (const Cause& cause : all_causes())
      if (of_client(cause)) CHECK_MESSAGE(untested(d, cause.id), cause.id);
  }
}

TEST_CASE("names, programs and products of a client are told apart") {
  CaseFile c = healthy();
  const ClientFacts& client = *c.client;
  for (auto own : {"PC-ANNA", "pc-anna", "pc-anna.corp.example", "PC-ANNA.corp.example.", "localhost"})
    CHECK_MESSAGE(is_own_name(client, own), own);
  for (auto other : {"pc-ann", "pc-anna.other.example", "srv-fin-02", ""})
    CHECK_FALSE(is_own_name(client, other));
  for (auto back : {"127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"}) CHECK(is_loopback(back));
  CHECK_FALSE(is_loopback("10.127.0.1"));
  CHECK(is_remote_desktop_client(R"(C:\Windows\System32\MSTSC.EXE)"));
  CHECK(is_remote_desktop_client(R"(\device\harddiskvolume3\program files\remote desktop\msrdc.exe)"));
  CHECK_FALSE(is_remote_desktop_client(R"(C:\mstsc.exe\other.exe)"));
  CHECK(names_maker("CN=Kaspersky Anti-Virus Personal Root Certificate", "Kaspersky Endpoint Security"));
  CHECK_FALSE(names_maker("CN=Windows Security CA", "Windows Security Suite of Contoso"));
  CHECK_FALSE(names_maker("CN=Internet Gateway", "Internet Shield"));
  CHECK_FALSE(names_maker("", "ESET Security"));
}

TEST_CASE("a drop is a product's by its filter, or by the folder of its program, however that is written") {
  CaseFile c = healthy();
  c.client->security_products.value = {
      {.name = "Windows Defender", .kind = "antivirus", .path = "windowsdefender://", .on = true},
      {.name = "ESET Security",
       .kind = "antivirus",
       .path = R"(C:\Program Files\ESET\ecmds.exe)",
       .on = true}};
  auto owner = [&](std::string program, std::string filter) {
    FilterDropFacts drop;
    drop.program = std::move(program);
    drop.filter = std::move(filter);
    const auto* product = product_of(*c.client, drop);
    return product ? product->name : "";
  };
  CHECK(owner(R"(\device\harddiskvolume3\program files\eset\ekrn.exe)", "") == "ESET Security");
  CHECK(owner(R"(\device\harddiskvolume3\windows\system32\mstsc.exe)", "ESET block") == "ESET Security");
  CHECK(owner(R"(\device\harddiskvolume3\windows\system32\mstsc.exe)", "Windows Defender Firewall") == "");
  CHECK(owner(R"(\device\x)", "") == "");
  CHECK(owner("", "") == "");
}

}  // namespace rdpdoctor::causes
