// The names of private keys' files below ProgramData\Microsoft\Crypto: "<hash>_<MachineGuid>", the hash of
// the container's name. The rule was verified against names that are known from many machines: TSSecKeySet1
// and IIS' containers (CSP), "Microsoft Connected Devices Platform device certificate" (CNG).
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace rdpdoctor::formats {

enum class KeyStore { csp, cng };

// 32 hex digits: MD5 of the lower-case name and its NUL, as four little-endian numbers. A CSP hashes bytes of
// the ANSI code page (a name beyond ASCII has none that is known here: ""), CNG hashes UTF-16LE.
[[nodiscard]] std::string key_file_hash(std::string_view container, KeyStore store);

// Below ProgramData.
inline constexpr std::string_view csp_machine_keys = R"(Microsoft\Crypto\RSA\MachineKeys)",
                                  cng_machine_keys = R"(Microsoft\Crypto\Keys)";

// The containers that Remote Desktop makes for its own certificate: the next one where the first is in the
// way.
inline constexpr std::array<std::string_view, 9> remote_desktop_containers{
    "TSSecKeySet1", "TSSecKeySet2", "TSSecKeySet3", "TSSecKeySet4", "TSSecKeySet5",
    "TSSecKeySet6", "TSSecKeySet7", "TSSecKeySet8", "TSSecKeySet9"};

}  // namespace rdpdoctor::formats
