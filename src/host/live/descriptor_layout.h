// Security descriptors as the running system takes and gives them. [MS-DTYP] 2.4.6
#pragma once

#include "formats/security_descriptor.h"

namespace rdpdoctor::host {

// The same descriptor with owner, group and access list in this order and nothing between them or unused
// behind an entry: two that say the same are the same bytes, however the system laid them out. The audit list
// is left out: it is not read or written here. What is no descriptor stays as it is.
[[nodiscard]] Bytes plain_layout(View descriptor);

// For setting it: the kernel keeps SE_DACL_AUTO_INHERITED, which an access list had before, only together
// with the bit that asks for it, and stores that one nowhere.
[[nodiscard]] Bytes asking_for_inherited_flag(View descriptor);

// Which parts of two descriptors differ.
struct DescriptorParts {
  bool owner = false;
  bool group = false;
  bool access = false;
};
[[nodiscard]] DescriptorParts different_parts(View is, View wanted);

// Who else than SYSTEM, Administrators, TrustedInstaller or `own_user` owns a folder or may change what is in
// it, as a SID; "" if nobody. Without an access list everyone may.
[[nodiscard]] std::string foreign_writer(const formats::SecurityDescriptor& descriptor,
                                         std::string_view own_user);

}  // namespace rdpdoctor::host
