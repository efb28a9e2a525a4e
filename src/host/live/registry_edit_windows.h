// Editing the registry of the running Windows, its 64-bit view. Windows only.
#pragma once

#include <functional>

#include "host/writer.h"

namespace rdpdoctor::host {

// Sets a value by the interface of the service that it belongs to, if any. What comes of it is told by
// reading the registry afterwards: where the service says no, or writes something else, the registry is
// written, and the service sees it when it starts next.
using ServiceSide =
    std::function<Result<void>(const RegistryEdit& edit, const Reading<RegistryValue>& before)>;

// In their order. When one fails those done before it are put back in reverse, with access lists, and the
// error names the key. What was written is on the disk afterwards.
[[nodiscard]] Result<void> edit_live_registry(const std::vector<RegistryEdit>& edits,
                                              const ServiceSide& service_side);

// Whether a value could be set there, or a key made, without doing it.
[[nodiscard]] Result<void> may_write_key(const std::string& key);

// Owner, group and access list, each only where it differs from what is there.
[[nodiscard]] Result<void> set_registry_security(const std::string& key, View descriptor);

}  // namespace rdpdoctor::host
