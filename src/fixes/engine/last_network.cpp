#include "fixes/engine/last_network.h"

#include <array>

#include "base/bytes.h"
#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::string_view networks =
    R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles)";
constexpr std::string_view categories[] = {"Public", "Private", "Domain"};  // NLM_NETWORK_CATEGORY

// SYSTEMTIME, [MS-DTYP] 2.3.13: year, month, day of the week, day, hour, … Such that a later one is greater.
using When = std::array<std::uint16_t, 8>;

When time_of(const Bytes& bytes) {
  Reader reader(bytes);
  When out{};
  for (std::uint16_t& part : out) part = reader.u16le("SYSTEMTIME");
  out[2] = 0;  // the day of the week
  return reader.ok() ? out : When{};
}

}  // namespace

std::string last_network(Planner& p) {
  When newest{};
  std::string out;
  for (const std::string& id : p.subkeys(networks)) {
    const std::string key = host::under(networks, id);
    const auto category = p.number(key, "Category");
    const When when = time_of(host::as_bytes(p.host().value(key, "DateLastConnected")).value);
    if (!category.get() || std::size(categories) <= *category.get() || when <= newest) continue;
    newest = when;
    out = categories[*category.get()];
  }
  return out;
}

}  // namespace rdpdoctor::fixes
