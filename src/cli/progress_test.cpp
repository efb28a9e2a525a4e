#include "cli/progress.h"

#include <doctest/doctest.h>

namespace rdpdoctor::cli {

TEST_CASE("progress names the share, the rate and the time left") {
  CHECK(progress_words("a.pcap", 500'000'000, 2'000'000'000, 5) ==
        "a.pcap: 25 % of 2.0 GB, 100 MB/s, 15 s left");
  CHECK(progress_words("a.pcap", 1'000'000, 1'000'000'000, 1) ==
        "a.pcap: 0 % of 1.0 GB, 1 MB/s, 17 min left");
}

TEST_CASE("where the end is not known, or passed, nothing is promised") {
  CHECK(progress_words("-", 500'000'000, 0, 5) == "-: 500 MB, 100 MB/s");
  CHECK(progress_words("-", 500, 400, 1) == "-: 0 KB, 0 KB/s");
  CHECK(progress_words("a", 0, 1000, 0) == "a: 0 % of 1 KB, 0 KB/s");
}

}  // namespace rdpdoctor::cli
