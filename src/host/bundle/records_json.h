// Private to host/bundle: from rdpdoctor-host.json to what was asked of the machine and answered.
#pragma once

#include "host/bundle/answers.h"
#include "host/bundle/json_fields.h"
#include "host/file_tree.h"

namespace rdpdoctor::host {

// Contents of files are read out of `tree`, what was read of logs stays there.
[[nodiscard]] Records read_records(const Json& top, FileTree& tree);

// "files/1.bin", and nothing that could lead out of the bundle.
[[nodiscard]] bool stays_inside(const std::string& copy);

// By its fields "sddl" or "descriptor", "no_security"; not looked at without any of them.
[[nodiscard]] Reading<formats::SecurityDescriptor> security_of(const Json& object);

}  // namespace rdpdoctor::host
