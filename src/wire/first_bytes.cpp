#include "wire/first_bytes.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace rdpdoctor::wire {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t max_detail = 120;

struct Banner {
  std::string_view start;
  std::string_view protocol;
};

// Servers that speak text say who they are with their first bytes.
constexpr Banner banners[] = {
    {"SSH-", "SSH"},
    {"Exceeded MaxStartups", "SSH"},  // OpenSSH before its version line
    {"HTTP/", "HTTP"},
    {"<html", "HTTP"},  // answers to a request without a version have no header
    {"<HTML", "HTTP"},
    {"<!DOCTYPE", "HTTP"},
    {"<!doctype", "HTTP"},
    {"RFB 00", "VNC"},
    {"+OK", "POP3"},
    {"* OK", "IMAP"},
    {"* BYE", "IMAP"},
    {"* PREAUTH", "IMAP"},
    {"-ERR", "Redis"},
    {"-DENIED", "Redis"},
    {"-NOAUTH", "Redis"},
    {"+PONG", "Redis"},
    {"AMQP", "AMQP"},
    {"RTSP/", "RTSP"},
    {"SIP/2.0", "SIP"},
    {"@RSYNCD:", "rsync"},
    {"PROXY ", "PROXY protocol"},
    {"\r\n\r\n\0\r\nQUIT\n"sv, "PROXY protocol"},
};

std::string_view as_text(View bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string at_most(std::string_view text) {
  constexpr std::size_t longest_escape = 4;  // "\x00"
  constexpr std::size_t ellipsis = 3;
  std::string out = printable(text, max_detail - ellipsis);
  if (out.size() > max_detail) out = printable(text, (max_detail - ellipsis) / longest_escape);
  return out;
}

std::string first_line(View bytes) {
  const std::string_view text = as_text(bytes);
  const std::size_t start = std::min(text.find_first_not_of("\r\n"), text.size());
  return at_most(text.substr(start, text.find_first_of("\r\n", start) - start));
}

std::size_t u16be_at(View b, std::size_t at) {
  return static_cast<std::size_t>(b[at] << 8 | b[at + 1]);
}

std::optional<std::string_view> x224_tpdu_name(std::uint8_t code) {
  switch (code & 0xF0) {
    case 0xD0: return "X.224 Connection Confirm";
    case 0xE0: return "X.224 Connection Request";
    case 0xF0: return "X.224 Data";
    case 0x80: return "X.224 Disconnect Request";
    case 0x70: return "X.224 Error";
    default: return std::nullopt;
  }
}

std::optional<Spoken> rdp(View b) {
  constexpr std::size_t smallest = 7;  // RFC 1006 section 6
  if (b.size() < 6 || b[0] != 3 || b[1] != 0 || u16be_at(b, 2) < smallest) return std::nullopt;
  const auto name = x224_tpdu_name(b[5]);
  if (!name) return std::nullopt;
  return Spoken{"RDP", std::string(*name)};
}

// A record header of RFC 8446 5.1. Alerts are what a TLS server answers to anything that is not TLS.
std::optional<Spoken> tls(View b) {
  constexpr std::size_t largest = 0x4000 + 2048;
  if (b.size() < 5 || b[0] < 0x14 || b[0] > 0x17 || b[1] != 3 || b[2] > 4) return std::nullopt;
  const std::size_t length = u16be_at(b, 3);
  if (length == 0 || length > largest) return std::nullopt;
  if (b[0] == 0x15 && length == 2 && b.size() >= 7) return Spoken{"TLS", "alert " + std::to_string(b[6])};
  const std::string_view kind = b[0] == 0x15 ? "alert record" : b[0] == 0x16 ? "handshake record" : "record";
  return Spoken{"TLS", std::string(kind)};
}

// [MS-SMB2] 2.1: a length of three bytes behind a zero, then the protocol id; or a NetBIOS session refusal,
// RFC 1002 4.3.4.
std::optional<Spoken> smb(View b) {
  const std::string_view text = as_text(b);
  if (text.starts_with("\x83\0\0\1"sv)) return Spoken{"SMB", "NetBIOS session refused"};
  if (b.size() < 8 || b[0] != 0 || text.substr(5, 3) != "SMB") return std::nullopt;
  if (b[4] == 0xFF) return Spoken{"SMB", "SMB 1"};
  if (b[4] == 0xFE) return Spoken{"SMB", "SMB 2 or 3"};
  return std::nullopt;
}

// Packet length u24le, sequence 0, then protocol 10 and a version text, or an ERR packet.
std::optional<Spoken> mysql(View b) {
  if (b.size() < 8 || b[2] != 0 || b[3] != 0) return std::nullopt;
  const std::size_t length = static_cast<std::size_t>(b[1] << 8 | b[0]);
  const View body = b.subspan(4, std::min(length, b.size() - 4));
  if (body.size() < 4) return std::nullopt;
  const bool versioned = body[0] == 0x0A && '0' <= body[1] && body[1] <= '9';
  const bool error = body[0] == 0xFF && body[2] >= 0x03;  // codes from 1000
  if (!versioned && !error) return std::nullopt;
  const std::string_view text = as_text(body.subspan(versioned ? 1 : 3));
  return Spoken{"MySQL", at_most(text.substr(0, text.find('\0')))};
}

std::optional<Spoken> telnet(View b) {
  if (b.size() < 3 || b[0] != 0xFF || b[1] < 0xFB || b[1] == 0xFF)
    return std::nullopt;  // IAC WILL, WONT, DO, DONT
  return Spoken{"telnet", "option negotiation"};
}

// A SETTINGS or GOAWAY frame on stream 0, RFC 9113 4.1.
std::optional<Spoken> http2(View b) {
  if (b.size() < 9 || b[0] != 0 || b[1] != 0) return std::nullopt;
  const bool stream_zero = std::ranges::all_of(b.subspan(5, 4), [](std::uint8_t v) { return v == 0; });
  const bool settings = b[3] == 4 && b[2] % 6 == 0 && b[4] <= 1;
  const bool goaway = b[3] == 7 && b[2] >= 8 && b[4] == 0;
  if (!stream_zero || (!settings && !goaway)) return std::nullopt;
  return Spoken{"HTTP/2", settings ? "SETTINGS frame" : "GOAWAY frame"};
}

// ErrorResponse or NoticeResponse: length u32be, then a field of type S, the severity.
std::optional<Spoken> postgresql(View b) {
  if (b.size() < 6 || (b[0] != 'E' && b[0] != 'N') || b[1] != 0 || b[2] != 0 || b[5] != 'S')
    return std::nullopt;
  const std::string_view text = as_text(b.subspan(6));
  return Spoken{"PostgreSQL", at_most(text.substr(0, text.find('\0')))};
}

std::optional<Spoken> mqtt(View b) {
  if (b.size() != 4 || b[0] != 0x20 || b[1] != 2 || b[2] > 1 || b[3] > 5) return std::nullopt;
  return Spoken{"MQTT", "CONNACK"};
}

// Reply codes do not tell FTP from SMTP, so the text has to.
std::optional<Spoken> numbered_reply(View b) {
  const std::string_view text = as_text(b);
  if (text.size() < 4 || (text[3] != ' ' && text[3] != '-')) return std::nullopt;
  const std::string_view code = text.substr(0, 3);
  if (code != "220" && code != "421" && code != "500" && code != "530" && code != "554") return std::nullopt;
  const std::string said = lower(text);
  auto says = [&said](std::string_view word) { return said.find(word) != std::string::npos; };
  const std::string_view protocol = says("ftp")                    ? "FTP"
                                    : says("smtp") || says("mail") ? "SMTP"
                                                                   : "FTP or SMTP";
  return Spoken{std::string(protocol), first_line(b)};
}

std::optional<Spoken> banner(View b) {
  for (const Banner& known : banners) {
    if (as_text(b).starts_with(known.start)) return Spoken{std::string(known.protocol), first_line(b)};
  }
  return std::nullopt;
}

Spoken unknown(View b) {
  constexpr std::size_t shown = 16;
  const View head = b.first(std::min(b.size(), shown));
  const bool is_text = std::ranges::all_of(
      head, [](std::uint8_t v) { return v == '\r' || v == '\n' || v == '\t' || (0x20 <= v && v != 0x7F); });
  return {"unknown", is_text ? first_line(b) : hex_dump(b, shown)};
}

}  // namespace

Spoken recognize_first_bytes(View first) {
  // The most specific layouts come first.
  for (auto* recognize : {rdp, tls, smb, http2, mysql, postgresql, telnet, mqtt, numbered_reply, banner}) {
    if (auto spoken = recognize(first)) return *spoken;
  }
  return unknown(first);
}

}  // namespace rdpdoctor::wire
