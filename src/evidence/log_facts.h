// What logs and texts tell: Windows events, codes and words in client logs or pasted text, settings of .rdp
// files; and how much of each source could be read. Bytes, UTC by the clock of the machine that wrote it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace rdpdoctor::evidence {

// One source that was opened, and how far it could be read. A damaged place is never passed over in silence.
struct SourceRead {
  std::string source;    // as cited in evidence lines: "System.evtx", "case.zip/System.evtx", "pasted text"
  std::string kind;      // "capture", "event log", "client log", "text", "rdp file", "case file"
  std::string channel;   // event logs: "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"
  std::string computer;  // event logs: as its latest record says
  std::uint64_t records = 0;     // read: packets, events or lines
  std::uint64_t damaged = 0;     // places that could not be read: packets, chunks and records, lines
  std::uint64_t left_out = 0;    // read and understood, but beyond what a case file keeps
  std::optional<Instant> first;  // of what was read
  std::optional<Instant> last;
  bool inspected = false;  // one of the host's own, read with the host (CaseFile::host)
  std::string problem;     // the first thing that could not be read, with its place; "" if all could
};

struct EventValue {
  std::string name;  // "" in logs that do not name their values
  std::string value;
};

// A record of a Windows event log that says something of Remote Desktop.
struct Event {
  std::string source;
  std::string provider;  // without "Microsoft-Windows-": "Schannel", "RemoteDesktopServices-RdpCoreTS"
  std::uint32_t id = 0;
  std::uint64_t record = 0;  // EventRecordID
  Instant at;
  std::string computer;
  std::vector<EventValue> data;  // in the order of the record, at most 32
  int connection = 0;            // the number of the Connection that it belongs to; 0: not known
};

// How often it stood in the source, also where not every single one is kept.
struct EventCount {
  std::string source;
  std::string provider;
  std::uint32_t id = 0;
  std::string computer;
  std::uint64_t times = 0;
  Instant first;
  Instant last;
};

// A code, or a known sign (codes/signs.h), that a text tells.
struct Told {
  std::string source;
  std::uint64_t line = 0;   // from 1
  std::string family;       // of codes/registry.h; "" with a sign, or when the text does not say which it is
  std::uint32_t value = 0;  // of the code
  std::string sign;         // id of codes/signs.h; "" with a code
  std::string words;        // the text around it, printable, at most 160 bytes
  std::string about;        // the host or address that the text names with it; "" if none
  std::optional<Instant> at;
};

// A setting of an .rdp file ("name:type:value").
struct RdpSetting {
  std::string source;
  std::string name;  // lower case
  std::string value;
};

// The clock of one source beside that of another, by the connections that both saw.
struct ClockOffset {
  std::string source;    // "System.evtx"
  std::string against;   // "client.pcap"
  double ahead_ms = 0;   // of `source`; the median of the pairs
  double spread_ms = 0;  // the farthest pair from it
  std::uint32_t pairs = 0;
};

}  // namespace rdpdoctor::evidence
