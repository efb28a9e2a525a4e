// The little of BER (X.690) and PER (X.691, aligned) that T.125 and T.124 need: tags with lengths, and length
// determinants.
#pragma once

#include "base/bytes.h"

namespace rdpdoctor::wire {

inline constexpr std::uint32_t ber_boolean = 0x01;
inline constexpr std::uint32_t ber_integer = 0x02;
inline constexpr std::uint32_t ber_octet_string = 0x04;
inline constexpr std::uint32_t ber_enumerated = 0x0a;
inline constexpr std::uint32_t ber_sequence = 0x30;

// The contents of the next element, which must have this identifier (one byte, or two of which the first is
// 0x7F). Lengths have at most four bytes; indefinite ones are refused.
[[nodiscard]] Reader ber_contents(Reader& r, std::uint32_t identifier, std::string_view field);
// INTEGER or ENUMERATED without its sign, at most four bytes.
[[nodiscard]] std::uint32_t ber_number(Reader& r, std::uint32_t identifier, std::string_view field);
void put_ber(Writer& out, std::uint32_t identifier, View contents);

// A length determinant below 16384 (X.691 10.9); larger ones, in fragments, are refused.
[[nodiscard]] std::size_t per_length(Reader& r, std::string_view field);
// REQUIRES: length < 16384.
void put_per_length(Writer& out, std::size_t length);

}  // namespace rdpdoctor::wire
