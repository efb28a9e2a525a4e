// The products that are registered with the Security Center of the running Windows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/host.h"

namespace rdpdoctor::host {

// Absent: this Windows has no Security Center, as Windows Server.
[[nodiscard]] Reading<std::vector<SecurityProduct>> read_security_products();

// What the product's productState says of it. Microsoft documents the number nowhere; its second hex digit
// group is read by common use as: 0x1000 on, 0x0000 off, 0x2000 snoozed (off for a while), 0x3000 expired.
// Nothing for others.
[[nodiscard]] std::optional<bool> is_on(std::uint32_t product_state);

}  // namespace rdpdoctor::host
