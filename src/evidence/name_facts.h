// What each source says that the name means. Milliseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/reading.h"

namespace rdpdoctor::evidence {

enum class NameOutcome { not_tried, literal, resolved, not_found, no_answer, failed, timed_out };

// One server's answer to one name, both families together, asked directly.
enum class DnsOutcome {
  waiting,
  answered,   // at least one address (or name, for PTR)
  no_data,    // the name exists, without such a record
  not_found,  // NXDOMAIN
  refused,
  server_failed,  // SERVFAIL, or an answer that can't be read
  timed_out,
  unreachable,  // ICMP port unreachable and the like
  failed,       // our side
};
struct DnsAnswer {
  std::string server;            // numeric, with :port when that is not 53
  bool asked_for = false;        // by --dns, not one of the system's own servers
  std::string question;          // the whole name that was asked: "srv.corp.example"
  std::string type = "address";  // or "PTR"
  DnsOutcome outcome = DnsOutcome::waiting;
  std::vector<std::string> addresses;  // numeric
  std::vector<std::string> names;      // PTR: names; address: the CNAME chain, asked name first
  std::optional<std::uint32_t> ttl_s;  // the least of the answer
  std::string error;
  double ms = 0;
};

struct NameFacts {
  NameOutcome outcome = NameOutcome::not_tried;  // the system's own resolver, as any program gets it
  std::string error;
  int os_code = 0;
  double ms = 0;
  Reading<std::vector<std::string>> hosts_file;  // the addresses it gives for the name; absent: no entry
  std::vector<std::string> hosts_lines;          // numbers of the lines that say so: "12"
  Reading<std::vector<std::string>> search_list;
  Reading<std::vector<std::string>> servers;  // the system's DNS servers, in their order
  std::vector<DnsAnswer> dns;                 // direct questions, in the order they were asked
};

}  // namespace rdpdoctor::evidence
