// What a collection never holds, whoever asks for it. Told by names: what lies below a key or folder where
// Windows keeps secrets, and values whose name says so.
#pragma once

#include <string_view>

#include "host/host.h"

namespace rdpdoctor::collect {

// Nothing below it is kept: LSA's secrets and cached logons, SAM, private keys, saved credentials.
[[nodiscard]] bool is_secret_key(std::string_view key);
// A text or bytes under a name such as Password, DefaultPassword, …Secret, …Key. Empty ones hold none.
[[nodiscard]] bool is_secret_value(const host::RegistryValue& value);

// What may be kept of a file's content.
enum class Kept {
  nothing,      // all else
  text,         // lists of names that Windows reads as text: hosts
  names,        // of Group Policy's Registry.pol the names of its values, without their data
  judgement,    // of a registry hive whether it opens
  places_read,  // of a program or library of Windows what was read of it: its version
};
[[nodiscard]] Kept kept_of(std::string_view path);

// A Registry.pol with the same keys and names of values, and no data. [MS-GPREG] 2.2.1
[[nodiscard]] Bytes names_alone(View policy_file);

}  // namespace rdpdoctor::collect
