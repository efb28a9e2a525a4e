#include "fixes/engine/listener_keys.h"

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {

namespace {

template <class T>
bool is_there(Planner& p, const Reading<T>& reading, std::string_view what) {
  if (reading.get() || reading.state == Presence::absent) return reading.get() != nullptr;
  p.refuse(fmt::format("{} can't be read: {}", printable(what),
                       reading.why.empty() ? "it was not looked at" : reading.why));
  return false;
}

}  // namespace

bool key_is_there(Planner& p, std::string_view key) {
  return !p.blind() && is_there(p, p.host().values(key), key);
}

bool file_is_there(Planner& p, std::string_view path) {
  return !p.blind() && is_there(p, p.host().file(path), path);
}

bool has_listener(Planner& p) {
  if (p.blind() || key_is_there(p, rdp_tcp)) return !p.refused();
  p.refuse(
      "the listener RDP-Tcp is gone as a whole, and its values differ by version of Windows: import the key "
      "of a healthy host of the same version, or repair Windows by an installation over it");
  return false;
}

std::optional<std::uint32_t> build_of(Planner& p) {
  auto build = p.text_of(R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)", "CurrentBuildNumber");
  return build.get() ? decimal<std::uint32_t>(*build.get()) : std::nullopt;
}

}  // namespace rdpdoctor::fixes
