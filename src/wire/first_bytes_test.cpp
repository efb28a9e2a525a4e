#include "wire/first_bytes.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace rdpdoctor;
using namespace rdpdoctor::wire;
using namespace std::string_view_literals;

namespace {

Spoken spoken(std::string_view text) {
  return recognize_first_bytes(View(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}
Spoken spoken_hex(std::string_view text) {
  return recognize_first_bytes(from_hex(text).value());
}

void check(const Spoken& s, std::string_view protocol, std::string_view detail) {
  CHECK(s.protocol == protocol);
  CHECK(s.detail == detail);
}

}  // namespace

TEST_CASE("RDP is a TPKT with an X.224 TPDU") {
  check(spoken_hex("030000130ed000001234000200080000000000"), "RDP", "X.224 Connection Confirm");
  check(spoken_hex("030000130ee0"), "RDP", "X.224 Connection Request");
  check(spoken_hex("0300000802f08028"), "RDP", "X.224 Data");
  check(spoken_hex("0300000b068000001234 01"), "RDP", "X.224 Disconnect Request");
  check(spoken_hex("0300000b067000001234 01"), "RDP", "X.224 Error");
}

TEST_CASE("a TPKT that holds something else, or too little to tell, is not called RDP") {
  check(spoken_hex("0300000f 0802 1234"), "unknown", "03 00 00 0f 08 02 12 34");  // Q.931, as in H.323
  check(spoken_hex("030000060ed0"), "unknown", "03 00 00 06 0e d0");
  check(spoken_hex("03000013"), "unknown", "03 00 00 13");
}

TEST_CASE("servers that name themselves are told by their banner") {
  check(spoken("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), "SSH", "SSH-2.0-OpenSSH_9.2p1 Debian-2");
  check(spoken("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n"), "HTTP", "HTTP/1.1 400 Bad Request");
  check(spoken("<html>\r\n<head>"), "HTTP", "<html>");
  check(spoken("RFB 003.008\n"), "VNC", "RFB 003.008");
  check(spoken("+OK Dovecot ready."), "POP3", "+OK Dovecot ready.");
  check(spoken("* OK [CAPABILITY IMAP4rev1] ready\r\n"), "IMAP", "* OK [CAPABILITY IMAP4rev1] ready");
  check(spoken("-ERR unknown command\r\n"), "Redis", "-ERR unknown command");
  check(spoken("AMQP\0\0\x09\x01"sv), "AMQP", "AMQP\\x00\\x00\\x09\\x01");
  check(spoken("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"), "PROXY protocol", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2");
  CHECK(spoken("\r\n\r\n\0\r\nQUIT\n\x21\x11"sv).protocol == "PROXY protocol");
  CHECK(spoken("\r\n\r\nHello").protocol == "unknown");
}

TEST_CASE("numbered replies are FTP or SMTP, as their text says") {
  check(spoken("220 (vsFTPd 3.0.3)\r\n"), "FTP", "220 (vsFTPd 3.0.3)");
  check(spoken("220-FileZilla Server\r\n220 ftp ready\r\n"), "FTP", "220-FileZilla Server");
  check(spoken("220 ready\r\n"), "FTP or SMTP", "220 ready");
  check(spoken("220 mail.example ESMTP Postfix\r\n"), "SMTP", "220 mail.example ESMTP Postfix");
  check(spoken("221 x"), "unknown", "221 x");
}

TEST_CASE("TLS is told by its record header, and an alert by its number") {
  check(spoken_hex("15030100020228"), "TLS", "alert 40");
  check(spoken_hex("1503030002"), "TLS", "alert record");
  check(spoken_hex("160303007a0200"), "TLS", "handshake record");
  CHECK(spoken_hex("1603050001").protocol == "unknown");
  CHECK(spoken_hex("1603030000").protocol == "unknown");
  CHECK(spoken_hex("160303ffff").protocol == "unknown");
}

TEST_CASE("binary protocols are told by their layout") {
  check(spoken_hex("00000045 ff534d42 72"), "SMB", "SMB 1");
  check(spoken_hex("000000b0 fe534d42 4000"), "SMB", "SMB 2 or 3");
  check(spoken_hex("83000001 82"), "SMB", "NetBIOS session refused");
  check(spoken_hex("000012 04 00 00000000 0003"), "HTTP/2", "SETTINGS frame");
  check(spoken_hex("000008 07 00 00000000 0000000000000001"), "HTTP/2", "GOAWAY frame");
  check(spoken("\x4a\0\0\0\x0a"
               "8.0.36\0\x08\0\0\0"sv),
        "MySQL", "8.0.36");
  check(spoken("\x10\0\0\0\xff\x6a\x04Host refused"sv), "MySQL", "Host refused");
  check(spoken("E\0\0\0\x2a"
               "SFATAL\0VFATAL\0"sv),
        "PostgreSQL", "FATAL");
  check(spoken_hex("fffd18 fffd20"), "telnet", "option negotiation");
  check(spoken_hex("20020005"), "MQTT", "CONNACK");
}

TEST_CASE("what is not recognized is shown, as text or as bytes") {
  check(spoken("hello\nworld"), "unknown", "hello");
  check(spoken_hex("00"), "unknown", "00");
  check(spoken_hex("0001020304050607 08090a0b0c0d0e0f 10"), "unknown",
        "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f …");
}

TEST_CASE("details are safe to print and at most 120 bytes") {
  check(spoken("SSH-2.0-\x1b[31mred\n"), "SSH", "SSH-2.0-\\x1b[31mred");
  CHECK(spoken("HTTP/1.1 " + std::string(500, 'x')).detail.size() <= 120);
  CHECK(spoken("HTTP/1.1 " + std::string(500, '\x01')).detail.size() <= 120);
  CHECK(spoken("+OK " + std::string(500, '\xff')).detail.size() <= 120);
}

TEST_CASE("any bytes get an answer") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; second += 5) {
      for (std::size_t size = 1; size < 14; ++size) {
        Bytes bytes(size, static_cast<std::uint8_t>(second));
        bytes[0] = static_cast<std::uint8_t>(first);
        const Spoken answer = recognize_first_bytes(bytes);
        REQUIRE_FALSE(answer.protocol.empty());
        REQUIRE(answer.detail.size() <= 120);
      }
    }
  }
}
