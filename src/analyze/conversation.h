// One client's connection in a capture, from the two directions' bytes in order to evidence::Connection: the
// same codecs as the live probe, at both ends. Sans-IO; microseconds since 1970 as the capture says.
#pragma once

#include <memory>

#include "evidence/case_file.h"
#include "wire/tls_opener.h"

namespace rdpdoctor::analyze {

enum class From { client, host };

class Conversation {
 public:
  Conversation(const wire::TlsKeyLog& secrets, bool verbose);
  Conversation(Conversation&&) noexcept;
  Conversation& operator=(Conversation&&) noexcept;
  ~Conversation();

  void bytes(From who, View payload, std::int64_t at_us);
  // Bytes of one direction that the capture does not have; what follows is out of step.
  void lost(From who, std::uint64_t bytes, std::int64_t at_us);
  void closed(From who, bool by_reset, std::int64_t at_us);  // the first FIN or RST of each side
  // No more will come: by the end of the capture, or both sides closed.
  void over(std::int64_t at_us);

  // True when the client's first bytes are TPKT with an X.224 Connection Request.
  [[nodiscard]] static bool begins_as_rdp(View first);
  // x224, tls, nla, session, asked, ending, bytes and pdus; tcp is the caller's.
  [[nodiscard]] evidence::Connection take();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace rdpdoctor::analyze
