#include "report/rdp_settings.h"

#include <doctest/doctest.h>

namespace rdpdoctor::report {

TEST_CASE("each setting is shown with what its value means, unknown values as such") {
  evidence::CaseFile c;
  c.rdp_settings = {{"a.rdp", "full address", "srv-fin-02:3390"},
                    {"a.rdp", "gatewayusagemethod", "1"},
                    {"b.rdp", "enablecredsspsupport", "7"}};
  CHECK(settings_lines(c, {}) ==
        "Settings of a.rdp:\n"
        "  full address          srv-fin-02:3390: the host, and maybe the port\n"
        "  gatewayusagemethod    1: always by the gateway: the client never connects to the host directly\n"
        "\n"
        "Settings of b.rdp:\n"
        "  enablecredsspsupport  7: Network Level Authentication; this value is not known here\n");
  CHECK(settings_lines({}, {}).empty());
}

TEST_CASE("a port that can be none is called so") {
  for (auto [value, wrong] : {std::pair{"70000", true}, {"0", true}, {"abc", true}, {"3390", false}}) {
    INFO(value);
    evidence::CaseFile c;
    c.rdp_settings = {{"a.rdp", "server port", value}};
    CHECK((settings_lines(c, {}).find("no port (1 to 65535)") != std::string::npos) == wrong);
  }
}

TEST_CASE("what a file holds cannot act on the terminal") {
  evidence::CaseFile c;
  c.rdp_settings = {{"a\x1b[2J.rdp", "full address", "\x1b[31m"}};
  CHECK(settings_lines(c, {}).find('\x1b') == std::string::npos);
}

}  // namespace rdpdoctor::report
