// What logs, codes and words say of a cause, beside what its judge says of the connections: the rows that the
// cause declares (Cause::events, codes, signs) against evidence::Event and evidence::Told.
#pragma once

#include "causes/engine/cause.h"

namespace rdpdoctor::causes {

struct ToldOf {
  Found found;                // certainty and evidence; explains as far as what was told says
  bool of_a_failure = false;  // an event of a connection that failed at this cause's stage, or within minutes
};

// nullopt when nothing was told of it.
[[nodiscard]] std::optional<ToldOf> told_of(const Cause& cause, const CaseFile& c);

// Nothing but texts: then also what a code or sign only makes possible is worth listing, rivals and all.
[[nodiscard]] bool only_told(const CaseFile& c);

// The settings of .rdp files that speak for this cause; a setting that is merely not there speaks for a cause
// only beside other evidence.
[[nodiscard]] std::vector<EvidenceLine> settings_for(const Cause& cause, const CaseFile& c);
// So does one that is there: then what a code makes merely possible is worth listing.
[[nodiscard]] bool has_setting_for(const Cause& cause, const CaseFile& c);

// Where this code was told, as a source to cite: "client.log line 12"; "code" when the user gave it.
[[nodiscard]] std::string code_source(const CaseFile& c, std::string_view family, std::uint32_t value);

}  // namespace rdpdoctor::causes
