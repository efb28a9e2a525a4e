// Free text: client logs (FreeRDP, Remmina, xrdp, guacd, mRemoteNG …), a dialog's words, an email. No
// language model: codes by their shape and field, and the table of signs (codes/signs.h).
#pragma once

#include "analyze/piece.h"

namespace rdpdoctor::analyze {

// Reads line by line, in bounded memory: UTF-8, UTF-16 with a byte order mark, or whatever (invalid bytes are
// kept printable). A sign or code told again is counted once for each line, at most 1000 in all.
[[nodiscard]] Result<Piece> read_text(ByteSource& file, const std::string& source, const Tick& tick = {});
[[nodiscard]] Piece read_text(std::string_view text, const std::string& source);

}  // namespace rdpdoctor::analyze
