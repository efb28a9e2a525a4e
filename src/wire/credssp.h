// CredSSP TSRequest: [MS-CSSP] 2.2.1, DER (ITU-T X.690).
//
//   TSRequest ::= SEQUENCE { version [0] INTEGER, negoTokens [1] NegoData OPTIONAL, authInfo [2] OCTET STRING
//   OPTIONAL,
//                            pubKeyAuth [3] OCTET STRING OPTIONAL, errorCode [4] INTEGER OPTIONAL,
//                            clientNonce [5] OCTET STRING OPTIONAL }
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"

namespace rdpdoctor::wire {

struct TsRequest {
  std::uint32_t version = 6;
  std::vector<Bytes> nego_tokens;  // usually one
  std::optional<Bytes> auth_info;
  std::optional<Bytes> pub_key_auth;
  std::optional<std::uint32_t> error_code;  // an NTSTATUS, any value is kept
  std::optional<Bytes> client_nonce;
};

[[nodiscard]] Bytes encode(const TsRequest& request);
// The size of the whole DER element in front, nullopt while that can't be told; an error if it is not a
// SEQUENCE, has indefinite length, or claims more than 64 KiB.
[[nodiscard]] Decoded<std::optional<std::size_t>> ts_request_size(View bytes);
// The element in front; bytes after it are not looked at. Context tags above [5] are skipped.
[[nodiscard]] Decoded<TsRequest> decode_ts_request(View bytes);

}  // namespace rdpdoctor::wire
