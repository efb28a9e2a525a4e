// Who this program is, and what it may do. Windows only.
#pragma once

#include <string>

#include "base/reading.h"
#include "formats/security_descriptor.h"

namespace rdpdoctor::host {

// The SID of the user in this program's token.
[[nodiscard]] Reading<std::string> token_user();
// An administrator's token holds the privilege to read what its access list keeps from administrators, for
// backups; switched off, until it is wanted. Where there is none, nothing happens.
void use_backup_privilege();
[[nodiscard]] Reading<formats::SecurityDescriptor> decoded_security(const Reading<Bytes>& bytes);

}  // namespace rdpdoctor::host
