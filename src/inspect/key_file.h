// A certificate's private key: its file, who may read it, and files of other machines beside it.
#pragma once

#include "evidence/host_certificate_facts.h"
#include "host/host.h"

namespace rdpdoctor::inspect {

// Fills key_size, key_access and other_machines from `container`; a container that the certificate does not
// tell is looked for among those that Remote Desktop makes.
void inspect_key_file(host::Host& host, evidence::HostCertificate& certificate);

// The access list as what services get of `wanted` rights.
[[nodiscard]] evidence::AccessFacts access_facts(const formats::SecurityDescriptor& security,
                                                 std::uint32_t wanted);

}  // namespace rdpdoctor::inspect
