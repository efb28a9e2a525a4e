// An .rdp file as evidence: its settings that matter for connecting.
#pragma once

#include "analyze/piece.h"
#include "formats/rdp_file.h"

namespace rdpdoctor::analyze {

[[nodiscard]] Piece settings_of(const formats::RdpFile& file, const std::string& source);

}  // namespace rdpdoctor::analyze
