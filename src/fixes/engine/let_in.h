// Gives one account back what it needs of a file or key, entry by entry; nothing else of the access list
// changes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/security_descriptor.h"

namespace rdpdoctor::fixes {

struct LetIn {
  std::vector<std::string> token;  // the SIDs in the account's token, for what it has by its groups
  std::uint32_t wanted = 0;
  formats::AccessEntry grant;  // what is added where it still lacks something; its SID is the account
  // Whose denials mean this account and may go. What a group is denied is not lifted for one member's sake.
  std::vector<std::string> itself;
};

struct AccessEdited {
  Bytes descriptor;
  std::vector<std::string> taken_away;  // denials, in words
  std::string problem;                  // why it can't be done; "" it was
};

// The account's own denials go and `grant` comes, each only where it is needed; every other entry, the owner
// and the order stay. An inherited denial stays too: an entry of the object's own is looked at before it.
[[nodiscard]] AccessEdited let_in(View descriptor, const LetIn& who);
// The same as a change's edit: the problem is the error.
[[nodiscard]] Result<Bytes> let_in_or_error(View descriptor, const LetIn& who);

}  // namespace rdpdoctor::fixes
