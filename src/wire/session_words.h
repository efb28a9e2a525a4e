// One line per PDU of a session, fields by their specification names: what SessionSeen::pdus holds.
#pragma once

#include <string>

#include "wire/gcc.h"
#include "wire/licensing.h"
#include "wire/mcs.h"
#include "wire/share.h"

namespace rdpdoctor::wire {

[[nodiscard]] std::string words_of(const ClientData& data);
[[nodiscard]] std::string words_of(std::uint32_t mcs_result, const ServerData& data);
[[nodiscard]] std::string words_of(const McsDomainPdu& pdu);  // of those that carry no user data
[[nodiscard]] std::string words_of(const LicensingPdu& pdu);
[[nodiscard]] std::string words_of(const ShareData& data);
// Of a PDU that has nothing but a security header to tell what it is.
[[nodiscard]] std::string security_name(std::uint16_t flags);

}  // namespace rdpdoctor::wire
