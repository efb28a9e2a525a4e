// The families collected, and looking a value up in them.
#include "codes/registry.h"

#include <algorithm>

#include "codes/disconnect.h"
#include "codes/early_authorization.h"
#include "codes/error_info.h"
#include "codes/extended.h"
#include "codes/freerdp.h"
#include "codes/gateway.h"
#include "codes/gateway_hresult.h"
#include "codes/logon_error.h"
#include "codes/negotiation_failure.h"
#include "codes/ntstatus.h"
#include "codes/rdstls.h"
#include "codes/schannel.h"
#include "codes/tls_alert.h"
#include "codes/winsock.h"

namespace rdpdoctor::codes {
namespace {

// In the order of answers: what a person reads on the screen first, then the wire, then other programs.
constexpr Family families[] = {
    disconnect, extended,    error_info, negotiation_failure, ntstatus,  early_authorization,
    rdstls,     logon_error, gateway,    gateway_hresult,     tls_alert, schannel,
    freerdp,    winsock,
};

consteval bool all_well_formed() {
  for (std::size_t i = 0; i < std::size(families); ++i) {
    const Family& family = families[i];
    if (family.id.empty() || family.title.empty() || family.where.empty() || family.source.empty())
      return false;
    if (!well_formed(family.codes)) return false;
    for (std::size_t k = 0; k < i; ++k) {
      if (families[k].id == family.id) return false;
    }
  }
  return true;
}
static_assert(all_well_formed());

const Code* find_in(const Family& family, std::uint32_t value) {
  auto found = std::ranges::lower_bound(family.codes, value, {}, &Code::value);
  return found != family.codes.end() && found->value == value ? &*found : nullptr;
}

constexpr std::uint32_t FACILITY_WIN32 = 0x80070000;  // [MS-ERREF] 2.1.1: an HRESULT that wraps a Win32 error

// The same Win32 error in its other form; nothing for a value that is not one.
std::optional<std::uint32_t> other_win32_form(std::uint32_t value) {
  if (value <= 0xFFFF) return FACILITY_WIN32 | value;
  if ((value & 0xFFFF0000) == FACILITY_WIN32) return value & 0xFFFF;
  return std::nullopt;
}

bool holds_win32_errors(const Family& family) {
  return family.id == winsock.id || family.id == gateway_hresult.id || family.id == rdstls.id;
}

}  // namespace

std::span<const Family> all_families() {
  return families;
}

const Family* find_family(std::string_view id) {
  auto found = std::ranges::find(families, id, &Family::id);
  return found != std::end(families) ? found : nullptr;
}

const Code* find_code(std::string_view family, std::uint32_t value) {
  const Family* known = find_family(family);
  if (known == nullptr) return nullptr;
  const Code* code = find_in(*known, value);
  if (code == nullptr && known->id == extended.id) return find_in(error_info, value);
  return code;
}

std::vector<Match> find_value(std::uint32_t value) {
  std::vector<Match> matches;
  const auto other = other_win32_form(value);
  for (const Family& family : families) {
    const Code* code = find_in(family, value);
    if (code == nullptr && other && holds_win32_errors(family)) code = find_in(family, *other);
    if (code != nullptr) matches.push_back({&family, code});
  }
  return matches;
}

std::string_view name_or_empty(std::string_view family, std::uint32_t value) {
  const Code* code = find_code(family, value);
  return code != nullptr ? code->name : std::string_view{};
}

std::string_view class_of_disconnect(std::uint32_t value) {
  if (value < 0x100 || 0xFFFF < value) return {};
  switch (value & 0xFF) {
    case 0x4: return "transport/socket";
    case 0x6: return "security layer";
    case 0x7: return "TLS/CredSSP";
    case 0x8: return "core, UI or licensing";
    case 0x9: return "policy or NLA";
    case 0xA: return "smart card";
    default: return {};
  }
}

}  // namespace rdpdoctor::codes
