// What is to be edited in the registry so that a change stands as it was, or as the change makes it.
#pragma once

#include "fixes/engine/journal.h"

namespace rdpdoctor::fixes {

[[nodiscard]] bool is_registry(const Change& change);           // a value or a key
[[nodiscard]] const std::string& key_of(const Change& change);  // REQUIRES: is_registry(change)
// Equal but for the case of names and their order.
[[nodiscard]] bool same_tree(const std::optional<KeyTree>& a, const std::optional<KeyTree>& b);

// Only what differs is touched, so that keys which stay keep their access lists.
void add_edits_to_after(const Change& change, std::vector<host::RegistryEdit>& edits);
void add_edits_to_before(const Change& change, std::vector<host::RegistryEdit>& edits);
// The paths of the keys below the change's that are there before and not after.
[[nodiscard]] std::vector<std::string> keys_that_go(const SetKey& change);
// The topmost of the key and those above it that is not there, "" if all are.
[[nodiscard]] Result<std::string> topmost_missing(host::Host& host, const std::string& key);
// The keys that the entries had to make and that hold nothing: from `makes` down to the change's own key.
[[nodiscard]] Result<std::vector<host::RegistryEdit>> removing_empty_keys(
    host::Host& host, const std::vector<JournalEntry>& entries);

}  // namespace rdpdoctor::fixes
