// What the lab server can act out: a fault is plain data, one file each in lab/faults/, found by file name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rdpdoctor::lab {

// How the acting server leaves a stage that it does not mean to pass.
enum class Leave {
  go_on,
  fin,
  reset,
  silent,  // keeps the connection open, reads on and says nothing
  alert,  // a fatal TLS alert in the clear (`Behaviour::alert`), then FIN; inside TLS: close_notify, then FIN
};

enum class CertificateKind {
  windows_self_signed,  // CN=LAB-HOST, RSA-2048 SHA-256, no SAN, serverAuth,
                        // keyEncipherment+dataEncipherment, 183 days
  expired,              // the same, ended 30 days ago
  not_yet_valid,        // the same, begins in 30 days
  weak_key,             // RSA-1024
  sha1_signature,
  wrong_usage,         // EKU clientAuth only
  inspection_product,  // issued by a name that a TLS-inspecting product uses
  oversized,           // padded with names to 60 KB
};

// What the UDP port of the same number does.
enum class UdpBehaviour {
  none,     // there is no such port: ICMP port unreachable, from the system
  answers,  // RDPEUDP up to version 2
  v1_only,  // answers as a host that knows version 1 only
  silent,
  drops_large,  // answers nothing of more than 1000 bytes
  drops_some,   // two of five, by arrival
};

struct Behaviour {
  // TCP
  Leave at_accept = Leave::go_on;         // fin, reset or silent: before reading a byte
  std::string_view greeting{};            // sent at once on accept ("SSH-2.0-…"); no RDP is spoken then
  std::string_view answer_to_anything{};  // sent on the first bytes received, then FIN ("HTTP/1.1 400 …")
  bool wants_proxy_header = false;  // FIN unless the first line is "PROXY …" (version 1 of that protocol)
  // X.224
  Leave at_request = Leave::go_on;  // after the connection request was read
  std::uint32_t protocols =
      0x1 | 0x2 | 0x8;  // what it supports, without PROTOCOL_RDP; 0: `rdp_security` only
  bool rdp_security =
      false;  // selects standard RDP security if nothing else was asked, or nothing else is supported
  bool nla_enforced =
      true;  // FAILURE 5 for a request without HYBRID; if false, FAILURE 1 for one of RDP alone
  std::optional<std::uint32_t> failure{};  // this RDP_NEG_FAILURE for every request …
  bool failure_spares_rdp = false;         // … but one for RDP security alone
  bool confirm_without_negotiation = false;
  bool malformed_confirm = false;  // a TPKT whose X.224 part lies about its length
  bool endless_tpkt = false;       // claims 65535 bytes and keeps sending
  // TLS
  Leave at_hello = Leave::go_on;  // on the first whole record after the confirm, whatever is in it
  std::uint8_t alert = 40;        // for Leave::alert
  bool only_hellos = false;       // at_hello acts on a ClientHello only; other bytes reach the real TLS stack
  bool whole_hello_only = false;  // with only_hellos, a filter without reassembly: sees the first piece only
  std::uint16_t tls_min = 0x0303;
  std::uint16_t tls_max = 0x0304;
  bool needs_sha1 = false;           // resets a ClientHello whose signature_algorithms lack SHA-1
  bool legacy_ciphers_only = false;  // shares only old CBC suites; alert 40 for modern offers
  CertificateKind certificate = CertificateKind::windows_self_signed;
  // NLA
  Leave at_token = Leave::go_on;               // on the first TSRequest
  std::optional<std::uint32_t> token_error{};  // answers the first TSRequest with this errorCode, then FIN
  std::uint32_t credssp_version = 6;
  std::int64_t clock_offset_s = 0;  // the host's clock against ours
  // Delivery
  bool byte_by_byte = false;     // every answer in one-byte segments, at once
  std::uint32_t trickle_ms = 0;  // one byte per this many milliseconds
  std::uint32_t fail_of = 0;     // of every `fail_of` connections, by arrival …
  std::uint32_t fail_count = 0;  // … this many are reset after the request, see fails(); 0: none
  UdpBehaviour udp = UdpBehaviour::none;
};

struct Fault {
  std::string_view id;       // "key-unusable-reset"
  std::string_view title;    // one line
  std::string_view expects;  // the cause id that diagnose must give first, or "" for healthy
  Behaviour behaviour;
};

// Whether the connection that arrived as number `arrival` (from 0) is one of those that fail. Always the same
// answer; the place of the failing ones moves from block to block, so that no repeated order of requests
// stays spared.
[[nodiscard]] bool fails(const Behaviour& behaviour, std::uint64_t arrival);

[[nodiscard]] const std::vector<Fault>& all_faults();  // by id
[[nodiscard]] const Fault* find_fault(std::string_view id);

}  // namespace rdpdoctor::lab
