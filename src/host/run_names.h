// The folders of runs, on a disk and on the running machine: what they are called, and who may use them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"

namespace rdpdoctor::host {

inline constexpr std::uint64_t most_of_journal = 16 << 20;
// Owned by Administrators; protected from what ProgramData hands down, which lets users make files.
inline constexpr std::string_view run_folder_access = "O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
inline constexpr std::string_view run_file_access = "O:BAG:BAD:PAI(A;;FA;;;SY)(A;;FA;;;BA)";

// Names of folders there may be anybody's.
[[nodiscard]] inline bool is_run_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  return !name.empty() && name.size() <= longest &&
         std::ranges::all_of(name, [](char c) { return is_digit(c) || ('a' <= c && c <= 'z') || c == '-'; });
}

}  // namespace rdpdoctor::host
