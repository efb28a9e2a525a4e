// The case file: what was asked, tried and seen, as plain structs. No behaviour; JSON in json.h. What lies
// across the stages of a connection is in name_facts.h, tcp_facts.h and path_facts.h.
// One Connection is one TCP connection to the host, whoever made it (our probe, or a client in a capture).
// Milliseconds, bytes, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "evidence/certificate.h"
#include "evidence/client_facts.h"
#include "evidence/host_facts.h"
#include "evidence/log_facts.h"
#include "evidence/name_facts.h"
#include "evidence/path_facts.h"
#include "evidence/session_facts.h"
#include "evidence/tcp_facts.h"

namespace rdpdoctor::evidence {

// The stages of a connection, in the order they happen; path and udp lie across them.
enum class Stage { name, tcp, x224, tls, nla, session, udp, path };

struct Target {
  std::string asked;  // as the user wrote it
  std::string host;   // name or address without the port
  std::uint16_t port = 3389;
  bool is_address = false;
  std::vector<std::string> addresses;  // in the order the system would try them
};

// What the client showed: "Error code: 0x904, Extended error code: 0x7".
struct Complaint {
  std::uint32_t code = 0;
  std::optional<std::uint32_t> extended;
};

// What a connection set out to ask.
struct Asked {
  std::string address;
  std::string what;  // the attempt's name: "standard", "ssl-only", "hello tls1.0", "standard again 2";
                     // "client" for a client's own connection, seen in a capture
  bool cookie = true;
  bool proxy_header = false;               // a PROXY v1 line before the first TPKT
  bool server_name = true;                 // SNI, when a name was asked for
  std::uint32_t max_segment = 0;           // TCP_MAXSEG set before the connect; 0: the system's own choice
  std::optional<std::uint32_t> protocols;  // requestedProtocols; none: no RDP_NEG_REQ at all
  std::string tls;  // "" none, "handshake", "system" (a handshake by this system's own TLS, Schannel),
                    // or the name of a ClientHello offer (wire/tls_hello.h),
                    // "split" (the modern offer cut inside its header), "control" (a TLS record that is no
                    // ClientHello), "plain" (no TLS at all), "first" (a ClientHello without X.224 before it),
                    // "padded" (the modern offer, larger than two segments), "bulk" (far larger), "drip" (in
                    // many small segments)
  bool nla = false;
};

enum class X224Outcome {
  not_tried,
  waiting,              // sent, no end seen yet
  confirmed,            // Connection Confirm with or without RDP_NEG_RSP
  negotiation_failure,  // RDP_NEG_FAILURE
  not_rdp,              // something else answered, see spoke
  malformed,            // TPKT/X.224 it is, but broken: see problem
  closed,               // FIN before a whole answer
  reset,
  silent,  // the wait ran out before a whole answer
};
struct X224Facts {
  X224Outcome outcome = X224Outcome::not_tried;
  std::optional<std::uint32_t> selected;      // selectedProtocol; none: the Confirm has no RDP_NEG_RSP
  std::optional<std::uint32_t> flags;         // RDP_NEG_RSP flags
  std::optional<std::uint32_t> failure_code;  // any value is kept
  std::string spoke;                          // for not_rdp: "HTTP", "SSH", …
  std::string spoke_detail;
  std::string first_bytes;  // hex, at most 64 bytes, when it was not a plain Confirm
  std::string problem;
  std::uint64_t bytes = 0;  // received in this stage
  double ms = 0;            // from request sent to outcome
};

// What a client's ClientHello offers.
struct ClientHello {
  std::vector<std::uint32_t> versions;  // 0x0303, highest first
  std::string server_name;
  std::uint32_t cipher_suites = 0;  // how many
  bool sha1_signatures = false;     // among the signature algorithms, or those are not named at all
};

enum class TlsOutcome {
  not_tried,
  waiting,
  completed,     // whole handshake
  server_hello,  // a hello probe got its ServerHello
  alert,         // a fatal alert of the peer ended it
  closed,
  reset,
  silent,
  not_tls,      // answered with something that is not TLS
  failed_here,  // our side could not go on (OpenSSL's reason in problem)
};
struct TlsFacts {
  TlsOutcome outcome = TlsOutcome::not_tried;
  std::optional<std::uint32_t> version;  // 0x0303
  std::string cipher;                    // IANA name or hex
  std::string signature;
  std::optional<std::uint32_t> alert;  // description, any value is kept
  bool server_hello_seen = false;
  std::uint64_t hello_bytes = 0;  // size of what we sent first
  std::uint64_t bytes = 0;        // received in this stage
  double ms = 0;                  // from ClientHello sent to outcome
  std::string problem;
  std::optional<std::uint32_t> system_status;  // of the system's own TLS, when it failed: a SECURITY_STATUS
  std::vector<Certificate> chain;              // leaf first
  std::optional<std::uint32_t> client_alert;   // sent by the client, in a capture
  std::optional<ClientHello> client_hello;     // of a client in a capture
};

enum class NlaOutcome { not_tried, waiting, challenged, refused, closed, reset, alert, silent, malformed };
struct NlaFacts {
  NlaOutcome outcome = NlaOutcome::not_tried;
  std::optional<std::uint32_t> version;     // the host's CredSSP version
  std::optional<std::uint32_t> error_code;  // TSRequest errorCode, an NTSTATUS
  std::optional<std::uint32_t> alert;
  std::string netbios_computer_name;
  std::string netbios_domain_name;
  std::string dns_computer_name;
  std::string dns_domain_name;
  std::optional<Instant> host_clock;
  std::optional<Instant> our_clock;  // ours when the challenge arrived
  std::string os_version;            // "10.0.20348", "" if not told
  std::string problem;
  std::uint64_t bytes = 0;
  double ms = 0;
};

// `local` is the client's side: the probe, or in a capture the client (by FIN, or RST when
// Seen::client_reset).
enum class Ending { open, local, fin, reset, timed_out, unfinished, error };
// What only a capture tells of a connection.
struct Seen {
  Instant at;                 // when it began, by the capture's clock
  std::string client;         // "10.0.0.5:51234"
  bool begun_before = false;  // the capture does not have its beginning
  bool client_reset = false;  // the client ended it by RST
  std::uint64_t lost = 0;     // bytes that the capture does not have, of both directions
};
struct Connection {
  int number = 0;            // from 1
  std::string source;        // "probe"; of a capture its file's name
  std::optional<Seen> seen;  // of connections in a capture
  Asked asked;
  double started_ms = 0;  // since the run began
  TcpFacts tcp;
  X224Facts x224;
  TlsFacts tls;
  NlaFacts nla;
  std::optional<SessionFacts> session;  // none: nothing came after security, or it was not looked for
  Ending ending = Ending::open;
  // Whether the host's own event log has this connection (by the client's address and port, or its time).
  Reading<std::string> host_log;  // present: "RdpCoreTS.evtx record 55"; absent: the log covers the time
  double ended_ms = 0;            // since this connection began
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::vector<std::string> pdus;  // with --verbose: one line per PDU, named by field
};

struct Run {
  Instant started;
  double ms = 0;
  double timeout_ms = 0;
  bool interrupted = false;  // Ctrl-C
  bool deadline_reached = false;
  bool light = false;     // one attempt per address only, no experiments (watch)
  std::string client_os;  // "linux", "windows"
};

struct CaseFile {
  Target target;
  std::optional<Complaint> complaint;
  NameFacts name;
  std::vector<Connection> connections;
  std::vector<Control> controls;
  std::vector<Echo> echoes;
  std::vector<UdpExchange> udp;
  Burst burst;
  std::vector<SourceRead> sources;  // files and texts, in the order given
  std::vector<Event> events;        // in order of time
  std::vector<EventCount> event_counts;
  std::vector<Told> told;
  std::vector<RdpSetting> rdp_settings;
  std::vector<ClockOffset> clocks;
  std::optional<HostFacts> host;      // the machine itself, when it was inspected
  std::optional<ClientFacts> client;  // the machine that connects, when it was
  Run run;
};

}  // namespace rdpdoctor::evidence
