// rdpdoctor-host.json, schema "rdpdoctor.bundle/1": what no export of Windows tells, see docs/bundle.md.
#pragma once

#include "host/bundle/bundle_host.h"

namespace rdpdoctor::host {

inline constexpr std::string_view listing_name = "rdpdoctor-host.json";
inline constexpr std::string_view listing_schema = "rdpdoctor.bundle/1";

// Fills `host`; "" or why the listing can't be used. What a field can't be used for is left out.
[[nodiscard]] std::string read_listing(std::string_view text, BundleHost& host);

}  // namespace rdpdoctor::host
