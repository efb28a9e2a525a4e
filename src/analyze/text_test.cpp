#include "analyze/text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "analyze/sign_examples.h"
#include "codes/signs.h"

namespace rdpdoctor::analyze {
namespace {

using evidence::Told;

// "disconnect 904", "?104", "sign mstsc-internal-error", in order.
std::vector<std::string> told_by(std::string_view text) {
  std::vector<std::string> out;
  for (const Told& t : read_text(text, "text").told) {
    char hex[16];
    std::snprintf(hex, sizeof hex, "%X", t.value);
    out.push_back(t.sign.empty() ? (t.family.empty() ? "?" : t.family + " ") + std::string(hex)
                                 : "sign " + t.sign);
  }
  return out;
}
std::vector<std::string> codes_of(std::string_view text) {
  auto out = told_by(text);
  std::erase_if(out, [](auto& t) { return t.starts_with("sign "); });
  return out;
}
using Tolds = std::vector<std::string>;

}  // namespace

TEST_CASE("every sign has an example, and is found in it") {
  std::set<std::string_view> shown;
  for (auto [id, example] : sign_examples) {
    INFO(id, ": ", example);
    shown.insert(id);
    auto told = told_by(example);
    CHECK(std::ranges::find(told, "sign " + std::string(id)) != told.end());
  }
  for (const auto& sign : codes::all_signs()) {
    INFO(sign.id);
    CHECK(shown.contains(sign.id));
  }
}

TEST_CASE("each alternative of a sign is found") {
  for (const auto& sign : codes::all_signs()) {
    for (const auto& words : sign.words) {
      std::string text;
      for (auto word : words) text.append(word).append(" \n ");
      INFO(sign.id, ": ", text);
      auto told = told_by(text);
      CHECK(std::ranges::find(told, "sign " + std::string(sign.id)) != told.end());
    }
  }
}

TEST_CASE("the pair of a client's dialog is two codes, each in its field") {
  Tolds pair{"disconnect 904", "extended 7"};
  CHECK(codes_of("Error code: 0x904\nExtended error code: 0x7") == pair);
  CHECK(codes_of("Error code: 0x904 Extended error code: 0x7") == pair);
  CHECK(codes_of("I get 0x904/0x7 since Monday") == pair);
  CHECK(codes_of("error 0x904, 0x7") == pair);
  CHECK(codes_of("Error code:\n0x904\nExtended error code:\n0x7") == pair);
  CHECK(codes_of("Fehlercode: 0x904, erweiterter Fehlercode: 0x7") == pair);
  CHECK(codes_of("Code d'erreur : 0x904\nCode d'erreur \xC3\xA9tendu : 0x7") == pair);
  CHECK(codes_of("\xE9\x94\x99\xE8\xAF\xAF\xE4\xBB\xA3\xE7\xA0\x81: 0x904\n"
                 "\xE6\x89\xA9\xE5\xB1\x95\xE9\x94\x99\xE8\xAF\xAF\xE4\xBB\xA3\xE7\xA0\x81: 0x7") == pair);
  CHECK(codes_of("Error 2308 (extended 7)") == pair);
}

TEST_CASE("one code is enough, in every form that people paste") {
  CHECK(codes_of("we see 0x904 on all clients") == Tolds{"disconnect 904"});
  CHECK(codes_of("Error 2308") == Tolds{"disconnect 904"});
  CHECK(codes_of("reason 2308") == Tolds{"disconnect 904"});
  CHECK(codes_of("RDP ClientActiveX has been disconnected (Reason= 516)") == Tolds{"disconnect 204"});
  CHECK(codes_of("code 0x3000008") == Tolds{"gateway 3000008"});
  CHECK(codes_of("error code 50331656") == Tolds{"gateway 3000008"});
  CHECK(codes_of("ERRCONNECT_TLS_CONNECT_FAILED [0x00020008]") == Tolds{"freerdp 20008"});
  CHECK(codes_of("ERRINFO_LICENSE_NO_LICENSE_SERVER") == Tolds{"error-info 101"});
  CHECK(codes_of("STATUS_LOGON_FAILURE") == Tolds{"ntstatus C000006D"});
  CHECK(codes_of("failed with 0xC000006D") == Tolds{"ntstatus C000006D"});
  CHECK(codes_of("Sub Status: 0xC0000234") == Tolds{"ntstatus C0000234"});
  CHECK(codes_of("0xffffffffc000006d") == Tolds{"ntstatus C000006D"});
  CHECK(codes_of("the fatal alert code is 40") == Tolds{"tls-alert 28"});
  CHECK(codes_of("error:14094410:SSL routines:sslv3 alert handshake failure:SSL alert number 40") ==
        Tolds{"tls-alert 28"});
  CHECK(codes_of("tlsv1 alert internal error") == Tolds{"tls-alert 50"});
  CHECK(codes_of("HYBRID_REQUIRED_BY_SERVER") == Tolds{"negotiation-failure 5"});
  CHECK(codes_of("WSAECONNRESET") == Tolds{"winsock 2746"});
  CHECK(codes_of("Winsock error 10054") == Tolds{"winsock 2746"});
  CHECK(codes_of("because of a protocol error (code 0x112f)") == Tolds{"error-info 112F"});
  CHECK(codes_of("Session 12 has been disconnected, reason code 5") == Tolds{"extended 5"});
}

TEST_CASE("a security status is told with its sign, as unsigned, signed and without 0x") {
  for (auto text :
       {"(0x80090304)", "-2146893052", "HRESULT: 0x80090304", "error 80090304", "error 2148074244"}) {
    INFO(text);
    auto codes = codes_of(text);
    REQUIRE(codes.size() == 1);
    CHECK(codes[0].ends_with("80090304"));
  }
}

TEST_CASE("a number that stands in several fields stays open") {
  CHECK(codes_of("what does 0x104 mean?") == Tolds{"?104"});
  CHECK(codes_of("Error code: 0x104") == Tolds{"disconnect 104"});
  CHECK(codes_of("Extended error code: 0x104") == Tolds{"extended 104"});
}

TEST_CASE("a number that a client shows as its code is kept although no table has it") {
  CHECK(codes_of("Error code: 0x1104") == Tolds{"disconnect 1104"});
  CHECK(codes_of("RDP ClientActiveX has been disconnected (Reason= 263)") == Tolds{"disconnect 107"});
  CHECK(codes_of("guacd: Disconnect reason code: 0x7.") == Tolds{"error-info 7"});
  CHECK(codes_of("the block of 0x1104 bytes").empty());
}

TEST_CASE("numbers of other kinds are no codes") {
  for (auto text : {"0x7",
                    "there are 0x7 of them",
                    "step 3 of 7",
                    "on 2026-11-20 at 10:05:16",
                    "port 3389",
                    "10.0.0.5:3389",
                    "address 0x904",
                    "at offset 0x204",
                    "version 2308",
                    "Event ID 1026",
                    "ptr=0x7ffd904c000006d",
                    "c000006d-1234-4abc-8def-0123456789ab",
                    "thumbprint 8009030480090304800903048009030480090304",
                    "0x80090304ff00",
                    "session key c000006d80090304",
                    "room 516",
                    "KB2308",
                    "error in chapter 3",
                    "00 0x904 0x204 0x104 0x108 0x304 0x404 0x508 0x604 0x704 0x804",
                    "SEC_I_CONTINUE_NEEDED [0x00090312]",
                    "STATUS_SUCCESS [0x00000000]",
                    "2308"}) {
    INFO(text);
    CHECK(codes_of(text).empty());
  }
}

TEST_CASE("the numbers of a list's items and what functions give back are no codes") {
  CHECK(codes_of("cannot connect for one of these reasons:\n\n1) Remote access is not enabled\n2) It is off")
            .empty());
  CHECK(codes_of("failed because of error:\n2) 3) 2308) no").empty());
  CHECK(codes_of("- transport->ReceiveCallback() - -1").empty());
  CHECK(codes_of("rdp_recv_callback() failed: -1").empty());
  CHECK(codes_of("at 0x0000000000000904 and 0x00000000C000006D0").empty());
  CHECK(codes_of("0xFFFFFFFFC000006D") == Tolds{"ntstatus C000006D"});
  CHECK(codes_of("disconnected (2308)") == Tolds{"disconnect 904"});
}

TEST_CASE("a Win32 error in an HRESULT is that error, and a general one is not RDSTLS's") {
  CHECK(codes_of("error code 0x80072746") == Tolds{"winsock 2746"});
  CHECK(codes_of("HRESULT 0x8007274C while connecting") == Tolds{"winsock 274C"});
  CHECK(codes_of("HRESULT: -2147024891 (0x80070005)").empty());
}

TEST_CASE("a dialog's unknown code is kept in other languages and words, too") {
  CHECK(codes_of("Fehlercode: 0x516") == Tolds{"disconnect 516"});
  CHECK(codes_of("Error code: 0x4") == Tolds{"disconnect 4"});
  CHECK(codes_of("because of a protocol error detected at the client (code 0x1104)") ==
        Tolds{"disconnect 1104"});
  CHECK(codes_of("Unspecified error 0x80004005 occurred") == Tolds{"disconnect 80004005"});
  CHECK(codes_of("Kod b\u0142\u0119du: 0x904 Rozszerzony kod b\u0142\u0119du: 0x7") ==
        Tolds{"disconnect 904", "extended 7"});
  CHECK(codes_of("code 0x00000904, ext 0x00000007") == Tolds{"disconnect 904", "extended 7"});
  CHECK(codes_of("[10:00:00:001] [1:2] [ERROR][x] - error 0x80004005").empty());
}

TEST_CASE("FreeRDP's functions are signs in its lines of errors, not where it tells each step") {
  for (std::string line : {"[nla_recv_pdu]: state", "[freerdp_tcp_connect]: connecting to peer 10.0.0.5",
                           "[transport_connect_tls]: begin", "[nla_client_begin]: sending"}) {
    INFO(line);
    CHECK(told_by("[10:00:00:001] [1:2] [DEBUG][com.freerdp.core] - " + line).empty());
    CHECK(told_by("[10:00:00:001] [1:2] [ERROR][com.freerdp.core] - " + line).size() == 1);
  }
}

TEST_CASE("in a log a small number counts only where a word says that it is a code") {
  CHECK(codes_of("[10:00:00:001] [1:2] [INFO][x] - channel 0x904 opened").empty());
  CHECK(codes_of("[10:00:00:001] [1:2] [INFO][x] - disconnect reason 0x904") == Tolds{"disconnect 904"});
}

TEST_CASE("a dialog may be broken over lines, quoted, and set with typographic apostrophes") {
  CHECK(told_by("> The connection was denied because the\n> user account is not\n> authorized for   remote "
                "login.") == Tolds{"sign account-not-authorized"});
  CHECK(
      told_by("Remote Desktop can\xE2\x80\x99t verify the identity of the remote computer because there is a "
              "time or date difference between your computer and the remote\xC2\xA0"
              "computer")
          .size() == 2);
}

TEST_CASE(
    "words of a sign must stand together: not far apart, not inside other words, not across log lines") {
  CHECK(told_by("remote computer is turned off" + std::string(300, '.') + "not available on the network")
            .empty());
  CHECK(told_by("not available on the network, remote computer is turned off").empty());
  CHECK(told_by("disconnection refusedness").empty());
  CHECK(told_by("[10:00:00:000] remote computer is turned off\n[10:00:00:001] not available on the network")
            .empty());
  CHECK(told_by("remote computer is turned off\nnot available on the network") ==
        Tolds{"sign mstsc-three-reasons"});
}

TEST_CASE("a client's log tells its host, and the time where date and zone are known") {
  auto piece = read_text(
      "2026-11-20T10:00:00.250+01:00 connecting to srv-fin-02.contoso.example:3390\n"
      "2026-11-20T10:00:01Z ERRCONNECT_CONNECT_TRANSPORT_FAILED [0x0002000D]\n"
      "[20201005-11:37:07] [ERROR] ERRCONNECT_CONNECT_FAILED\n",
      "client.log");
  REQUIRE(piece.told.size() == 2);
  CHECK(piece.read.kind == "client log");
  CHECK(piece.read.records == 3);
  CHECK(piece.told[0].about == "srv-fin-02.contoso.example");
  CHECK(piece.told[0].line == 2);
  CHECK(piece.told[0].at == from_rfc3339("2026-11-20T10:00:01Z"));
  CHECK_FALSE(piece.told[1].at);
  CHECK(piece.read.first == from_rfc3339("2026-11-20T09:00:00.250Z"));
}

TEST_CASE("names of files, of this machine and plain words are no hosts") {
  auto about = [](std::string_view lead) {
    auto piece = read_text(std::string(lead) + " ERRCONNECT_CONNECT_FAILED", "x");
    return piece.told.empty() ? std::string("?") : piece.told[0].about;
  };
  CHECK(about("connecting to 10.0.0.5:3389") == "10.0.0.5");
  CHECK(about("connecting to [2001:db8::1]:3389") == "2001:db8::1");
  CHECK(about("connect to the server \"SRV01\"") == "SRV01");
  CHECK(about("/v:srv.contoso.example") == "srv.contoso.example");
  for (auto none : {"connecting to 127.0.0.1:3350", "connecting to xrdp.log", "connecting to sesman",
                    "connect to the host in the cellar", "connecting to localhost:3389"}) {
    INFO(none);
    CHECK(about(none).empty());
  }
}

TEST_CASE("UTF-16, in both orders and without its mark, reads as UTF-8 does") {
  std::string text = "Error code: 0x904\r\nExtended error code: 0x7\r\n";
  for (bool big : {false, true}) {
    for (bool mark : {true, false}) {
      if (big && !mark) continue;
      std::string bytes = mark ? (big ? "\xFE\xFF" : "\xFF\xFE") : "";
      for (char c : text) bytes += big ? std::string{'\0', c} : std::string{c, '\0'};
      CHECK(codes_of(bytes) == Tolds{"disconnect 904", "extended 7"});
    }
  }
}

TEST_CASE("what is told again and again is kept with its newest lines, and counted") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "ERRCONNECT_CONNECT_FAILED\n";
  text += "connection refused by 10.0.0.5\n";
  auto piece = read_text(text, "x");
  CHECK(piece.told.size() == 51);
  CHECK(piece.told[0].line == 451);
  CHECK(piece.told[50].sign == "connect-refused");
  CHECK(piece.read.left_out == 450);
}

TEST_CASE("words are the line, or what stands around in a long one, and printable") {
  auto piece = read_text("\x1b[31;1mERRCONNECT_CONNECT_FAILED\x1b[0m \a\xff", "x");
  REQUIRE(piece.told.size() == 1);
  CHECK(piece.told[0].words == "ERRCONNECT_CONNECT_FAILED \\x07\\xff");
  std::string wide(5000, 'x');
  piece = read_text(wide + " ERRCONNECT_CONNECT_FAILED " + wide, "x");
  REQUIRE(piece.told.size() == 1);
  CHECK(piece.told[0].words.find("ERRCONNECT_CONNECT_FAILED") != std::string::npos);
  CHECK(piece.told[0].words.size() <= 164);
}

TEST_CASE("every truncation of a log is read, and nothing is told that its lines do not tell") {
  std::string text =
      "[10:00:00:001] [1:2] [ERROR][com.freerdp.core] - ERRCONNECT_TLS_CONNECT_FAILED [0x00020008]\r\n"
      "Error code: 0x904 Extended error code: 0x7";
  for (std::size_t n = 0; n <= text.size(); ++n) {
    auto piece = read_text(std::string_view(text).substr(0, n), "x");
    CHECK(piece.told.size() <= 4);
  }
}

}  // namespace rdpdoctor::analyze
