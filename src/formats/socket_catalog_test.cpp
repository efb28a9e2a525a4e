#include "formats/socket_catalog.h"

#include <doctest/doctest.h>

#include "support/client_files.h"

namespace rdpdoctor::formats {

TEST_CASE("an entry of the socket catalogue tells its library, its protocol and whether it is layered") {
  auto item = decode_socket_catalog_item(
      test::socket_catalog_item(R"(%SystemRoot%\system32\mswsock.dll)", "MSAFD Tcpip [TCP/IP]"));
  REQUIRE(item);
  CHECK(item->library == R"(%SystemRoot%\system32\mswsock.dll)");
  CHECK(item->protocol == "MSAFD Tcpip [TCP/IP]");
  CHECK(item->chain_length == 1);
  item = decode_socket_catalog_item(test::socket_catalog_item(R"(C:\Filter\lsp.dll)", "Filter", 0));
  REQUIRE(item);
  CHECK(item->chain_length == 0);
}

TEST_CASE("a cut entry and one without a library are errors") {
  const Bytes whole = test::socket_catalog_item(R"(C:\Filter\lsp.dll)", "Filter");
  REQUIRE(whole.size() == 888);
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK_FALSE(decode_socket_catalog_item(View(whole).first(n)));
  CHECK_FALSE(decode_socket_catalog_item(test::socket_catalog_item("", "Filter")));
}

TEST_CASE("names that do not end, or hold escape sequences, come out printable and bounded") {
  Bytes bytes(888, 0x41);
  auto item = decode_socket_catalog_item(bytes);
  REQUIRE(item);
  CHECK(item->library == std::string(260, 'A'));
  CHECK(item->protocol.size() <= 256 * 3 + 3);
  item = decode_socket_catalog_item(test::socket_catalog_item("a\x1b[31mb", "c\x1b[0m"));
  REQUIRE(item);
  CHECK_FALSE(item->library.contains('\x1b'));
  CHECK_FALSE(item->protocol.contains('\x1b'));
}

}  // namespace rdpdoctor::formats
