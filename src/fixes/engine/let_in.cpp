#include "fixes/engine/let_in.h"

#include <algorithm>

#include "fmt/core.h"
#include "formats/access_edit.h"

namespace rdpdoctor::fixes {
namespace {

using formats::AccessEntry;

constexpr std::uint8_t inherited = 0x10;  // [MS-DTYP] 2.4.4.1

std::string words(const AccessEntry& entry) {
  return fmt::format("deny 0x{:x} for {}", entry.mask, formats::account_name(entry.sid));
}

AccessEdited failed(std::string why) {
  return {.problem = std::move(why)};
}

// One step: takes a denial of the account's own away, or adds what grants it.
AccessEdited step(AccessEdited at, const formats::SecurityDescriptor& now, const LetIn& who, bool& granted) {
  const AccessEntry* denial = formats::denied_by(now, who.token, who.wanted);
  Decoded<Bytes> next;
  const bool in_front = denial && (denial->flags & inherited) == 0;
  if (in_front && std::ranges::count(who.itself, denial->sid) == 0) {
    return failed(
        fmt::format("the entry \"{}\" keeps out {} and others; whether it may go is for you to say (icacls "
                    "FILE /remove:d "
                    "*{})",
                    words(*denial), formats::account_name(who.grant.sid), denial->sid));
  }
  if (in_front) {
    at.taken_away.push_back(words(*denial));
    next = formats::without_entry(at.descriptor, *denial);
  } else if (granted) {
    return failed("its access list does not let it in even with an entry of its own");
  } else {
    granted = true;
    next = formats::with_entry(at.descriptor, who.grant);
  }
  if (!next) return failed("its access list can't be edited: " + to_text(next.error()));
  at.descriptor = std::move(*next);
  return at;
}

}  // namespace

// Each step leaves one denial less or one grant more, so that it ends.
AccessEdited let_in(View descriptor, const LetIn& who) {
  AccessEdited at{.descriptor = Bytes(descriptor.begin(), descriptor.end())};
  bool granted = false;
  while (at.problem.empty()) {
    const auto now = formats::decode_security_descriptor(at.descriptor);
    if (!now) return failed("its access list is damaged: " + to_text(now.error()));
    if (formats::rights_missing(*now, who.token, who.wanted) == 0) break;
    at = step(std::move(at), *now, who, granted);
  }
  return at;
}

Result<Bytes> let_in_or_error(View descriptor, const LetIn& who) {
  AccessEdited edited = let_in(descriptor, who);
  if (edited.problem.empty()) return std::move(edited.descriptor);
  return std::unexpected(Error{.doing = std::move(edited.problem), .kind = ErrorKind::malformed});
}

}  // namespace rdpdoctor::fixes
