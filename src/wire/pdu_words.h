// One line per PDU, fields by their specification names: what --verbose shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/credssp.h"
#include "wire/ntlm.h"
#include "wire/tls_records.h"
#include "wire/x224.h"

namespace rdpdoctor::wire {

// The name of a code of this family, "" if it is not known (codes::name_or_empty).
using NameOf = std::string_view (*)(std::string_view family, std::uint32_t value);

[[nodiscard]] std::string words_of(const ConnectionRequest& request);
[[nodiscard]] std::string words_of(const ConnectionConfirm& confirm, NameOf name_of);
[[nodiscard]] std::string words_of(const TlsWatcher& seen, NameOf name_of);
[[nodiscard]] std::string words_of(const TsRequest& answer, const std::optional<NtlmChallenge>& challenge,
                                   NameOf name_of);

}  // namespace rdpdoctor::wire
