// From what each file told to one case per host: whose log is whose, which event belongs to which connection,
// and how far the clocks are apart.
#pragma once

#include <optional>

#include "analyze/piece.h"

namespace rdpdoctor::analyze {

struct Wanted {
  std::optional<evidence::Complaint> complaint;  // --code
  std::string host;                              // --host: only this one, by name or address; "" for all
};

// One CaseFile per host, the one with the most to say first; a single one without a host when nothing names
// any. Texts and .rdp files go to the host that they name, else to every case.
[[nodiscard]] std::vector<evidence::CaseFile> assemble(std::vector<Piece> pieces, const Wanted& wanted);

}  // namespace rdpdoctor::analyze
