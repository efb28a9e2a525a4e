#include "cli/complaint.h"

#include "base/text.h"
#include "codes/registry.h"

namespace rdpdoctor::cli {

Result<evidence::Complaint> complaint_from(const std::string& code) {
  auto pair = codes::parse_code_pair(code);
  if (auto named = codes::find_name(code); !pair && !named.empty())
    pair = {named.front().code->value, std::nullopt};
  if (pair) return evidence::Complaint{pair->code, pair->extended};
  return std::unexpected(Error{"--code '" + printable(code, 80) + "' is not a code", ErrorKind::usage, 0,
                               "what the client showed, such as 0x904/0x7 or 2308"});
}

}  // namespace rdpdoctor::cli
