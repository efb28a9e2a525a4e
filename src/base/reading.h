// A fact that was looked for: present, absent, or unreadable (and why). Not looked is a fourth thing,
// and never the same as fine: it is the default.
#pragma once

#include <string>
#include <utility>

namespace rdpdoctor {

enum class Presence { not_looked, present, absent, unreadable };

template <class T>
struct Reading {
  Presence state = Presence::not_looked;
  T value{};        // meaningful only when present
  std::string why;  // for unreadable: why

  static Reading present(T v) { return {Presence::present, std::move(v), {}}; }
  static Reading absent() { return {Presence::absent, {}, {}}; }
  static Reading unreadable(std::string why) { return {Presence::unreadable, {}, std::move(why)}; }
  [[nodiscard]] const T* get() const { return state == Presence::present ? &value : nullptr; }
};

}  // namespace rdpdoctor
