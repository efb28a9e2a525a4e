// CredSSP's TSRequest, DER from the peer.

#include "wire/credssp.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  auto size = wire::ts_request_size(bytes);
  if (size && *size) expects(**size <= 65536 + 16);
  auto request = wire::decode_ts_request(bytes);
  if (!request) return;
  auto again = wire::decode_ts_request(wire::encode(*request));
  expects(again && again->version == request->version && again->nego_tokens == request->nego_tokens);
  expects(again->error_code == request->error_code && again->pub_key_auth == request->pub_key_auth);
}

}  // namespace rdpdoctor::fuzz
