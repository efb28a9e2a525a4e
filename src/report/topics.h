// The topics of an inspection as lines of the ladder, one file each: topic_NAME.cpp. A summary tells what was
// read in one line; the outcome follows from the causes that were found on it.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

// One line a topic that was looked at: passed unless something of it was unreadable (skipped).
[[nodiscard]] StageLine system_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine remote_desktop_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine services_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine listener_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine certificate_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine tls_policy_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine logon_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine firewall_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine network_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine profiles_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine updates_line(const evidence::HostFacts& h);
[[nodiscard]] StageLine logs_line(const evidence::CaseFile& c);

// All of them, marked by what was found.
[[nodiscard]] std::vector<StageLine> topic_ladder(const evidence::CaseFile& c, const causes::Diagnosis& d);

// The words for a fact in a summary: its value, "not set", or "can't be read (why)".
[[nodiscard]] std::string fact_words(const evidence::NumberFact& fact);
[[nodiscard]] std::string fact_words(const evidence::TextFact& fact);

}  // namespace rdpdoctor::report
