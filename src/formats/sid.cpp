// Security identifiers: [MS-DTYP] 2.4.2, the well-known ones of 2.4.2.4, and those of services.
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/security_descriptor.h"
#include "formats/well_known_sids.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::array<WellKnownSid, 33> known = {{
    {"S-1-0-0", "Nobody", ""},
    {"S-1-1-0", "Everyone", "WD"},
    {"S-1-3-0", "CREATOR OWNER", "CO"},
    {"S-1-3-1", "CREATOR GROUP", "CG"},
    {"S-1-3-4", "OWNER RIGHTS", "OW"},
    {"S-1-5-2", "NETWORK", "NU"},
    {"S-1-5-3", "BATCH", ""},
    {"S-1-5-4", "INTERACTIVE", "IU"},
    {"S-1-5-6", "SERVICE", "SU"},
    {"S-1-5-7", "ANONYMOUS LOGON", "AN"},
    {"S-1-5-9", "ENTERPRISE DOMAIN CONTROLLERS", "ED"},
    {"S-1-5-11", "Authenticated Users", "AU"},
    {"S-1-5-12", "RESTRICTED", "RC"},
    {"S-1-5-13", "TERMINAL SERVER USER", ""},
    {"S-1-5-14", "REMOTE INTERACTIVE LOGON", ""},
    {"S-1-5-18", "SYSTEM", "SY"},
    {"S-1-5-19", "LOCAL SERVICE", "LS"},
    {"S-1-5-20", "NETWORK SERVICE", "NS"},
    {"S-1-5-113", "Local account", ""},
    {"S-1-5-114", "Local account and member of Administrators group", ""},
    {"S-1-5-32-544", "Administrators", "BA"},
    {"S-1-5-32-545", "Users", "BU"},
    {"S-1-5-32-546", "Guests", "BG"},
    {"S-1-5-32-547", "Power Users", "PU"},
    {"S-1-5-32-551", "Backup Operators", "BO"},
    {"S-1-5-32-555", "Remote Desktop Users", "RD"},
    {"S-1-5-32-556", "Network Configuration Operators", "NO"},
    {"S-1-5-32-568", "IIS_IUSRS", "IS"},
    {"S-1-15-2-1", "ALL APPLICATION PACKAGES", "AC"},
    {"S-1-5-80-0", "ALL SERVICES", ""},
    {"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", "TrustedInstaller", ""},
    {"S-1-5-80-4022436659-1090538466-1613889075-870485073-3428993833", "NT SERVICE\\SessionEnv", ""},
    {"S-1-5-80-446051430-1559341753-4161941529-1950928533-810483104", "NT SERVICE\\TermService", ""},
}};

}  // namespace

std::span<const WellKnownSid> well_known_sids() {
  return known;
}

std::string account_name(std::string_view sid) {
  const auto* at = std::ranges::find(known, sid, &WellKnownSid::sid);
  return std::string(at == known.end() ? sid : at->name);
}

Decoded<std::string> decode_sid(View bytes) {
  Reader in(bytes);
  const std::uint8_t revision = in.u8("Revision");
  const std::uint8_t count = in.u8("SubAuthorityCount");
  if (in.ok() && revision != 1) in.fail("Revision", "not 1");
  if (in.ok() && 15 < count) in.fail("SubAuthorityCount", "more than 15");
  std::uint64_t authority = 0;
  for (std::uint8_t byte : in.bytes(6, "IdentifierAuthority")) authority = authority << 8U | byte;
  std::string text = "S-1-" + std::to_string(authority);
  for (int i = 0; in.ok() && i < count; ++i) text += "-" + std::to_string(in.u32le("SubAuthority"));
  if (!in.ok()) return std::unexpected(*in.error());
  return text;
}

// The rule by which Windows makes a service's SID: SHA-1 of its name in upper case, as five numbers.
std::string service_sid(std::string_view service) {
  std::string upper(service);
  for (char& c : upper)
    if ('a' <= c && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const Bytes name = utf8_to_utf16le(upper);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(name.data(), name.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) return {};
  Reader in(View(digest).first(size));
  std::string text = "S-1-5-80";
  for (int i = 0; i < 5; ++i) text += "-" + std::to_string(in.u32le("digest"));
  return text;
}

// Everyone, Authenticated Users, SERVICE, ALL SERVICES and the service's own: what the token of a service
// holds.
std::vector<std::string> network_service_token(std::string_view service) {
  return {"S-1-5-20", "S-1-1-0",    "S-1-5-11",           "S-1-5-6",
          "S-1-2-0",  "S-1-5-80-0", service_sid(service), "S-1-5-32-545"};
}

std::vector<std::string> local_system_token() {
  return {"S-1-5-18", "S-1-1-0", "S-1-5-11", "S-1-5-32-544"};
}

}  // namespace rdpdoctor::formats
