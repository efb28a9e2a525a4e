// The cause objects of the JSON contract, shared by diagnoses and explanations. For report/*.cpp only.
#pragma once

#include <nlohmann/json.hpp>

#include "causes/engine/diagnosis.h"

namespace rdpdoctor::report {

[[nodiscard]] nlohmann::ordered_json cause_json(const causes::RankedCause& r);

}  // namespace rdpdoctor::report
