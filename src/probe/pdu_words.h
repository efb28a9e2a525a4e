// The lines of --verbose, with the names that codes are known by.
#pragma once

#include <optional>
#include <string>

#include "net/machine.h"
#include "wire/pdu_words.h"

namespace rdpdoctor::probe {

using wire::words_of;
[[nodiscard]] std::string words_of(const wire::ConnectionConfirm& confirm);
[[nodiscard]] std::string words_of(const wire::TlsWatcher& seen);
[[nodiscard]] std::string words_of(const wire::TsRequest& answer,
                                   const std::optional<wire::NtlmChallenge>& challenge);
[[nodiscard]] std::string ending_words(net::Ending how);

}  // namespace rdpdoctor::probe
