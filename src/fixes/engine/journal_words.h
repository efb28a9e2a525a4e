// Words of the journal that are both written and read.
#pragma once

#include "base/names.h"
#include "fixes/engine/journal.h"

namespace rdpdoctor {

namespace fixes {
inline constexpr std::string_view journal_schema = "journal/1";
}

template <>
struct EnumNames<fixes::Journal::State> {
  using State = fixes::Journal::State;
  static constexpr std::pair<State, std::string_view> all[] = {{State::preparing, "preparing"},
                                                               {State::applying, "applying"},
                                                               {State::applied, "applied"},
                                                               {State::undoing, "undoing"},
                                                               {State::undone, "undone"}};
};

}  // namespace rdpdoctor
