// The list of fixes as a whole: what causes name is there, what is there is named, and each says what it
// does.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "causes/engine/cause.h"
#include "cli/fix_arguments.h"
#include "report/plan.h"

namespace rdpdoctor::cli {
namespace {

// Those that no cause calls for: last resorts, which are asked for by name.
const std::set<std::string_view> by_name_only = {"nla-off-for-a-while", "rdp-security-layer-for-a-while",
                                                 "reset-tcpip"};

const std::set<std::string_view> expected = {"allow-logons",
                                             "allow-mstsc-through-firewall",
                                             "clear-certificate-binding",
                                             "clear-cipher-policy",
                                             "clear-saved-credentials",
                                             "connect-by-address",
                                             "enable-client-log",
                                             "enable-listener",
                                             "enable-remote-desktop",
                                             "enable-tls12",
                                             "flush-name-cache",
                                             "force-tcp",
                                             "grant-key-access",
                                             "lift-instance-limit",
                                             "lower-interface-mtu",
                                             "nla-off-for-a-while",
                                             "open-firewall-port",
                                             "raise-outstanding-connections",
                                             "rdp-security-layer-for-a-while",
                                             "regenerate-certificate",
                                             "renew-trust",
                                             "repair-profile-list",
                                             "reserve-address",
                                             "reset-tcpip",
                                             "reset-winsock",
                                             "restart-remote-desktop-services",
                                             "restore-certificate-store",
                                             "restore-listener-defaults",
                                             "restore-listener-port",
                                             "restore-schannel-values",
                                             "restore-service-library",
                                             "start-services",
                                             "sync-clock"};

}  // namespace

TEST_CASE("the fixes are those that are expected, each once") {
  std::set<std::string_view> there;
  for (const fixes::Fix& fix : fixes::all_fixes()) CHECK_MESSAGE(there.insert(fix.id).second, fix.id);
  for (const auto id : expected) CHECK_MESSAGE(there.contains(id), "no fix: ", id);
  for (const auto id : there) CHECK_MESSAGE(expected.contains(id), "not expected: ", id);
}

TEST_CASE("every fix that a cause names exists, and every fix is named by a cause or asked for by name") {
  for (const causes::Cause& cause : causes::all_causes()) {
    INFO(cause.id);
    for (const std::string_view id : cause.fixes) CHECK_MESSAGE(fixes::find_fix(id) != nullptr, id);
    for (const std::string_view id : cause.fixes) CHECK(std::ranges::count(cause.fixes, id) == 1);
  }
  for (const fixes::Fix& fix : fixes::all_fixes()) {
    INFO(fix.id);
    CHECK(report::causes_naming(fix.id).empty() == by_name_only.contains(fix.id));
  }
}

TEST_CASE(
    "a fix says what it makes true, what it changes, when it takes effect and what shows that it worked") {
  for (const fixes::Fix& fix : fixes::all_fixes()) {
    INFO(fix.id);
    CHECK(fix.title.ends_with('.'));
    CHECK(60 < fix.explanation.size());
    CHECK(fix.explanation.ends_with('.'));
    CHECK_FALSE(fix.takes_effect.empty());
    CHECK_FALSE(fix.verified_by.empty());
    CHECK_FALSE(fix.verified_by.ends_with('.'));
    CHECK(static_cast<bool>(fix.plan != nullptr));
    CHECK_FALSE((fix.weakens && fix.risk == fixes::Risk::low));
  }
}

TEST_CASE("an unknown fix is told with the near ones") {
  auto near = named_fix("grant-key-acess");
  REQUIRE_FALSE(near);
  CHECK(near.error().kind == ErrorKind::usage);
  CHECK(near.error().expected.contains("grant-key-access"));
  auto part = named_fix("listener");
  REQUIRE_FALSE(part);
  CHECK(part.error().expected.contains("enable-listener"));
  auto far = named_fix("zzzzzzzzzzzzzzz\x1b[2J");
  REQUIRE_FALSE(far);
  CHECK_FALSE(to_text(far.error()).contains('\x1b'));
  CHECK(far.error().expected.contains("rdpdoctor fix list"));
}

TEST_CASE("the time of --for is minutes or hours, a week at most") {
  CHECK(minutes_from("30m") == std::chrono::minutes(30));
  CHECK(minutes_from("2h") == std::chrono::minutes(120));
  CHECK(minutes_from("168h") == std::chrono::minutes(7 * 24 * 60));
  for (const char* bad : {"", "m", "0m", "-1m", "169h", "30", "30s", "1.5h", "4294967295h"}) {
    INFO(bad);
    CHECK_FALSE(minutes_from(bad));
  }
}

TEST_CASE("the command for the next step repeats what was given, and quotes what a shell would take apart") {
  FixArguments a;
  a.image = "/mnt/my disk";
  a.code = "0x904/0x7";
  a.port = 3390;
  a.accept_risk = true;
  CHECK(fix_command(a, {"enable-listener"}, " --apply") ==
        "rdpdoctor fix enable-listener --image \"/mnt/my disk\" --code 0x904/0x7 --port 3390 --accept-risk "
        "--apply");
  a.image = "/mnt/$(id)'s";
  CHECK(undo_command(a, "20261121-160102-3f2a") ==
        R"(rdpdoctor undo 20261121-160102-3f2a --image '/mnt/$(id)'\''s')");
}

TEST_CASE("wishes that lack what they are for are refused before anything is opened") {
  FixArguments a;
  CHECK_FALSE(check_wishes(a));
  a.fixes = {"enable-listener"};
  CHECK(check_wishes(a));
  a.apply = true;
  REQUIRE_FALSE(check_wishes(a));
  CHECK(check_wishes(a).error().doing.contains("--apply needs --image DIR"));
  a.bundle = "case.zip";
  CHECK_FALSE(check_wishes(a));
  a.apply = false;
  CHECK(check_wishes(a));
  a.out = "x.ps1";
  CHECK_FALSE(check_wishes(a));
  a.emit = "ps1";
  CHECK(check_wishes(a));
}

}  // namespace rdpdoctor::cli
