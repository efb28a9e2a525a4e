// MCS and GCC PDUs, licensing and share PDUs by themselves: what was decoded is encoded and decoded to the
// same again.

#include "wire/mcs.h"

#include <algorithm>

#include "fuzz.h"
#include "wire/gcc.h"
#include "wire/licensing.h"
#include "wire/share.h"

namespace rdpdoctor::fuzz {
namespace {

void connect(View bytes) {
  if (auto initial = wire::decode_connect_initial(bytes)) {
    auto again = wire::decode_connect_initial(wire::encode(*initial));
    expects(again && again->user_data == initial->user_data);
  }
  auto response = wire::decode_connect_response(bytes);
  if (response && response->result < 256) {
    auto again = wire::decode_connect_response(wire::encode(*response));
    expects(again && again->result == response->result && again->user_data == response->user_data);
  }
}

void domain(View bytes) {
  auto pdu = wire::decode_mcs_domain_pdu(bytes);
  if (!pdu) return;
  const Bytes encoded = wire::encode(*pdu);
  auto again = wire::decode_mcs_domain_pdu(encoded);
  expects(again && again->choice == pdu->choice && again->reason == pdu->reason);
  expects(std::ranges::equal(again->user_data, pdu->user_data));
}

void conference(View bytes) {
  auto request = wire::decode_conference_create_request(bytes);
  if (request && !request->problem) {
    expects(request->channels.size() <= 31);
    auto again = wire::decode_conference_create_request(wire::encode_conference_create_request(*request));
    expects(again && !again->problem && again->channels.size() == request->channels.size());
    expects(again->core.has_value() == request->core.has_value());
    expects(again->encryption_methods == request->encryption_methods);
  }
  auto response = wire::decode_conference_create_response(bytes);
  if (response && !response->problem) {
    auto again = wire::decode_conference_create_response(wire::encode_conference_create_response(*response));
    expects(again && !again->problem && again->channel_ids == response->channel_ids);
    expects(again->result == response->result && again->encryption_method == response->encryption_method);
    expects(again->message_channel == response->message_channel);
  }
}

void share(View bytes) {
  if (auto control = wire::decode_share_control(bytes)) {
    expects(4 <= control->size && control->size <= bytes.size());
    if (auto data = wire::decode_share_data(control->body)) {
      if (auto code = wire::decode_set_error_info(data->body)) {
        expects(wire::decode_set_error_info(wire::encode_set_error_info(*code)) == *code);
      }
    }
  }
  if (auto info = wire::decode_save_session_info(bytes)) {
    expects(wire::decode_save_session_info(wire::encode(*info)) == *info);
  }
  if (auto redirection = wire::decode_server_redirection(bytes)) {
    auto again = wire::decode_server_redirection(wire::encode(*redirection));
    expects(again && again->redir_flags == redirection->redir_flags);
  }
  if (auto pdu = wire::decode_licensing(bytes)) {
    auto again = wire::decode_licensing(wire::encode(*pdu));
    expects(again && again->type == pdu->type && again->error_code == pdu->error_code);
  }
}

}  // namespace

void run(View bytes) {
  connect(bytes);
  domain(bytes);
  conference(bytes);
  share(bytes);
}

}  // namespace rdpdoctor::fuzz
