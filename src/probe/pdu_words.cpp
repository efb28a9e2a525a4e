#include "probe/pdu_words.h"

#include "codes/registry.h"

namespace rdpdoctor::probe {

std::string words_of(const wire::ConnectionConfirm& confirm) {
  return wire::words_of(confirm, codes::name_or_empty);
}

std::string words_of(const wire::TlsWatcher& seen) {
  return wire::words_of(seen, codes::name_or_empty);
}

std::string words_of(const wire::TsRequest& answer, const std::optional<wire::NtlmChallenge>& challenge) {
  return wire::words_of(answer, challenge, codes::name_or_empty);
}

std::string ending_words(net::Ending how) {
  switch (how) {
    case net::Ending::open: return "open";
    case net::Ending::local: return "closed by us";
    case net::Ending::fin: return "FIN";
    case net::Ending::reset: return "RST";
    case net::Ending::timed_out: return "silence until the wait ended";
    case net::Ending::unfinished: return "cut off by the deadline of the run";
    case net::Ending::error: return "socket error";
  }
  return "";
}

}  // namespace rdpdoctor::probe
