// The client's side as lines of the ladder, in the form of topics.h.
#pragma once

#include "report/report.h"

namespace rdpdoctor::report {

// "client system": in JSON they must not be taken for the host's topics.
[[nodiscard]] std::string_view name_of(evidence::ClientTopic topic);

// One line a topic, marked by the causes that were found on it. None without a look at the client.
[[nodiscard]] std::vector<StageLine> client_ladder(const evidence::CaseFile& c, const causes::Diagnosis& d);

// "the client, WS01.corp.example": the heading of these lines on a terminal.
[[nodiscard]] std::string client_words(const evidence::ClientFacts& client);

// With --verbose: what the lines count, entry by entry.
[[nodiscard]] std::string client_details(const evidence::CaseFile& c, const TerminalStyle& style);

}  // namespace rdpdoctor::report
