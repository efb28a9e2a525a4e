// The registry of the running Windows, its 64-bit view, as host.h has it. Windows only.
#pragma once

#include "host/host.h"

namespace rdpdoctor::host {

[[nodiscard]] Reading<RegistryValue> registry_value(std::string_view key, std::string_view name);
[[nodiscard]] Reading<std::vector<RegistryValue>> registry_values(std::string_view key);
[[nodiscard]] Reading<std::vector<std::string>> registry_subkeys(std::string_view key);
// Owner, group and DACL, self-relative, [MS-DTYP] 2.4.6.
[[nodiscard]] Reading<Bytes> registry_security(std::string_view key);

}  // namespace rdpdoctor::host
