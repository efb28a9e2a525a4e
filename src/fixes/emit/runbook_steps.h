// One change as what a person types for it.
#pragma once

#include <string>
#include <vector>

#include "fixes/engine/change.h"

namespace rdpdoctor::fixes::emit {

struct Step {
  std::string title;
  std::vector<std::string> look;      // commands to type before, so that it can be taken back
  std::vector<std::string> commands;  // to type
  std::vector<std::string> undo;
  std::string check, shows;           // a command, and what it shows then
  std::vector<std::string> fragment;  // lines of a .reg file, instead of `commands`
  std::vector<std::string> undo_fragment;
  std::vector<std::string> words;  // what else is to be known
};

// `number` makes the names of its files.
[[nodiscard]] Step step_of(const Change& change, std::size_t number);

}  // namespace rdpdoctor::fixes::emit
