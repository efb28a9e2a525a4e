// How likely chance alone would do what was seen: exact counts, for samples too small for anything else.
#pragma once

#include <cstddef>

namespace rdpdoctor {

// Of two groups, `bad_here` of `here` and `bad_there` of `there` are bad. The chance that at least so many of
// all the bad ones fall among the first by luck alone (Fisher's exact test, one side). 1 when nothing can be
// said.
// REQUIRES: bad_here <= here, bad_there <= there
[[nodiscard]] double chance_of_share(std::size_t bad_here, std::size_t here, std::size_t bad_there,
                                     std::size_t there);

// `bad` of `all` things in a row are bad, and they form `rows` unbroken rows. The chance of so few rows, or
// of so many, if the bad ones were scattered by luck (Wald and Wolfowitz, counted exactly). REQUIRES: bad <=
// all
[[nodiscard]] double chance_of_few_rows(std::size_t rows, std::size_t bad, std::size_t all);
[[nodiscard]] double chance_of_many_rows(std::size_t rows, std::size_t bad, std::size_t all);

// The chance that one given choice of `part` out of `whole` comes by luck.
[[nodiscard]] double chance_of_choice(std::size_t part, std::size_t whole);

}  // namespace rdpdoctor
