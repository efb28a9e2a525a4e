// The X.224 stage of a captured conversation, [MS-RDPBCGR] 1.3.1.1: the client's Connection Request and what
// the host answered, with the meanings that the live probe gives to the same fields.
#pragma once

#include "analyze/stage.h"
#include "evidence/case_file.h"

namespace rdpdoctor::analyze {

class X224Stage {
 public:
  enum class Next {
    more,     // bytes are missing
    request,  // the client's request is whole: the host has the word
    chosen,   // confirmed: the client goes on with what was selected
    ended,    // refused, or nothing of ours
    tls,      // no X.224: the client begins with TLS
    foreign,  // no X.224: something else, or a connection begun before
  };

  // `pdus` must outlive it.
  explicit X224Stage(Pdus& pdus) : pdus_(&pdus) {}

  // `stream`: what this side said and the stage has not yet consumed; what it consumes is taken off the
  // front.
  [[nodiscard]] Next client(Bytes& stream, std::int64_t at_us);
  [[nodiscard]] Next host(Bytes& stream, std::int64_t at_us);
  void ended(StageEnd how, View unread, std::int64_t at_us);
  // Bytes of the answer are not in the capture: what comes of it is not known.
  void lost();

  [[nodiscard]] const evidence::X224Facts& facts() const { return facts_; }
  [[nodiscard]] const evidence::Asked& asked() const { return asked_; }

 private:
  [[nodiscard]] Next request(View payload, std::int64_t at_us);
  [[nodiscard]] Next confirm(View payload, View whole, std::int64_t at_us);
  [[nodiscard]] Next malformed(std::string problem, View bytes, std::int64_t at_us);
  void name_banner(View bytes, std::int64_t at_us);

  Pdus* pdus_;
  evidence::X224Facts facts_;
  evidence::Asked asked_;
  bool request_read_ = false;
  bool proxy_line_looked_for_ = false;
  std::int64_t requested_at_ = 0;
};

}  // namespace rdpdoctor::analyze
