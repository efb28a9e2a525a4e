// Several clients in one capture: those who fail while others get through are judged by themselves. All pure.
#pragma once

#include <optional>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

// The case with only the connections of clients of whom every one failed; nullopt when there are none such,
// or no other client gets through.
[[nodiscard]] std::optional<CaseFile> those_who_fail(const CaseFile& c);

// "10.0.0.5, 10.0.0.6": whose they are.
[[nodiscard]] std::string client_words(const CaseFile& failing);

}  // namespace rdpdoctor::causes
