// A whole probe of one host: the name, then the attempts that plan.h asks for, at most four at a time, within
// one deadline. Always ends with a case file, whatever the host does.
#pragma once

#include <functional>

#include "evidence/case_file.h"
#include "net/reactor.h"

namespace rdpdoctor::probe {

struct Options {
  evidence::Target target;  // addresses may be empty: then the name is resolved
  std::optional<evidence::Complaint> complaint;
  Duration timeout = std::chrono::seconds(10);
  std::string cookie_name = "rdpdoctor";  // mstshash=…, at most 9 characters are sent
  bool verbose = false;
  std::function<void(const evidence::CaseFile&)> progress;  // after each thing learned; may be empty
};

[[nodiscard]] evidence::CaseFile run(net::Reactor& reactor, const Options& options);

}  // namespace rdpdoctor::probe
