// One line per PDU, fields by their specification names: what --verbose shows.
#pragma once

#include <optional>
#include <string>

#include "net/machine.h"
#include "wire/credssp.h"
#include "wire/ntlm.h"
#include "wire/tls_records.h"
#include "wire/x224.h"

namespace rdpdoctor::probe {

[[nodiscard]] std::string words_of(const wire::ConnectionRequest& request);
[[nodiscard]] std::string words_of(const wire::ConnectionConfirm& confirm);
[[nodiscard]] std::string words_of(const wire::TlsWatcher& seen);
[[nodiscard]] std::string words_of(const wire::TsRequest& answer,
                                   const std::optional<wire::NtlmChallenge>& challenge);
[[nodiscard]] std::string ending_words(net::Ending how);

}  // namespace rdpdoctor::probe
