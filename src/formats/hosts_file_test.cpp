#include "formats/hosts_file.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace rdpdoctor;
using namespace rdpdoctor::formats;

namespace {

// "12 10.0.0.5; 13 fd00::5"
std::string shown(std::string_view text, std::string_view name) {
  std::vector<std::string> out;
  for (const HostsEntry& e : find_in_hosts(text, name))
    out.push_back(std::to_string(e.line) + " " + e.address);
  return join(out, "; ");
}

constexpr std::string_view windows_file =
    "\xEF\xBB\xBF# Copyright (c) 1993-2009 Microsoft Corp.\r\n"
    "#\t127.0.0.1       localhost\r\n"
    "\r\n"
    "10.1.2.3\tsrv-fin-02 SRV-FIN-02.corp.example  # moved in spring\r\n"
    "  fd00::2  srv-fin-02\r\n"
    "fe80::1%12 link.corp.example.\r\n"
    "10.1.2.4 other#srv-fin-02\r\n"
    "10.1.2.5";

}  // namespace

TEST_CASE(
    "a name's addresses are found with their lines, whatever its case, blanks, comments and line ends") {
  CHECK(shown(windows_file, "SRV-fin-02") == "4 10.1.2.3; 5 fd00::2");
  CHECK(shown(windows_file, "srv-fin-02.corp.example.") == "4 10.1.2.3");
  CHECK(shown(windows_file, "link.corp.example") == "6 fe80::1%12");
  CHECK(shown(windows_file, "other") == "7 10.1.2.4");
  CHECK(shown(windows_file, "localhost").empty());
  CHECK(shown(windows_file, "srv-fin").empty());
  CHECK(shown(windows_file, "").empty());
  CHECK(shown("\xEF\xBB\xBF"
              "10.0.0.1 first",
              "first") == "1 10.0.0.1");
  CHECK(shown("10.0.0.1 a a A", "a") == "1 10.0.0.1");
}

TEST_CASE("a line whose first word is no address gives none") {
  for (auto bad : {"10.0.0 x",
                   "10.0.0.256 x",
                   "10.0.0.1.2 x",
                   "10.0.0.+1 x",
                   "010.0.0.1 x",
                   "10.0.0.00 x",
                   "x 10.0.0.1",
                   "::% x",
                   "1:2:3:4:5:6:7 x",
                   "1:2:3:4:5:6:7:8:9 x",
                   "1::2::3 x",
                   "12345::1 x",
                   ":1 x",
                   "1: x",
                   "1:2:3:4:5:6:7::8 x",
                   "::1.2.3 x",
                   "1.2.3.4::1 x",
                   "g::1 x",
                   ": x",
                   "fe80::1% x"}) {
    INFO(bad);
    CHECK(shown(bad, "x").empty());
  }
  for (auto good : {"0.0.0.0 x", ":: x", "::1 x", "1:: x", "1:2:3:4:5:6:7:8 x", "::ffff:10.0.0.1 x",
                    "1:2:3:4:5:6:1.2.3.4 x", "fe80::1%eth0 x", "1::7:8 x"}) {
    INFO(good);
    CHECK(find_in_hosts(good, "x").size() == 1);
  }
}

TEST_CASE("cut off anywhere, a hosts file gives no more than before") {
  std::size_t whole = find_in_hosts(windows_file, "srv-fin-02").size();
  for (std::size_t n = 0; n <= windows_file.size(); ++n)
    CHECK(find_in_hosts(windows_file.substr(0, n), "srv-fin-02").size() <= whole);
}
