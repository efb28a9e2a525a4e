// One change to a machine, with what was there before and what is there after. Apply, verify and undo exist
// once per type (engine.h), and so does each form it is shown or emitted in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "host/writer.h"

namespace rdpdoctor::fixes {

// A registry value as stored. nullopt where there is none.
struct Stored {
  std::uint32_t type = 0;
  Bytes data;
  bool operator==(const Stored&) const = default;
};
[[nodiscard]] Stored dword(std::uint32_t number);
[[nodiscard]] Stored text(std::string_view utf8, std::uint32_t type = 1 /* REG_SZ */);
[[nodiscard]] Stored texts(const std::vector<std::string>& utf8);

// A value set, made or deleted. Service start types, listener settings and firewall rules are these.
struct SetValue {
  std::string key;  // with CurrentControlSet, as an administrator writes it
  std::string name;
  std::optional<Stored> before, after;
};

// A key with all that is below it, made, replaced or deleted.
struct KeyTree {
  struct Value {
    std::string name;
    Stored is;
    bool operator==(const Value&) const = default;
  };
  // By the path below the key ("" the key itself, "A\B"): the values, in the order of their names.
  std::map<std::string, std::vector<Value>> keys;
  bool operator==(const KeyTree&) const = default;
};
struct SetKey {
  std::string key;
  std::optional<KeyTree> before, after;
};

// The access list of a file or key: entries are added or removed, the rest of the descriptor stays.
struct SetAccess {
  std::string path;  // "C:\ProgramData\…", or a key
  bool is_key = false;
  Bytes before, after;  // self-relative descriptors
};

// A file moved into the run's folder.
struct SetAside {
  std::string path;
  std::uint64_t size = 0;
};

// What a running service does; nothing stays of it, so there is nothing to take back.
struct ControlService {
  std::string name;
  host::ServiceAction action = host::ServiceAction::restart;
};

// A documented command of Windows. `undo` is empty where it can't be taken back.
struct RunCommand {
  host::Arguments command;
  host::Arguments undo;
  std::string destroys;  // what is lost by it for good, in words; "" nothing
};

struct Change {
  std::string says;  // for a person, without the values: "service TermService starts by itself"
  // False where the machine is not at hand and the script that is made reads what is there when it runs.
  bool before_known = true;
  std::variant<SetValue, SetKey, SetAccess, SetAside, ControlService, RunCommand> what;
};

// "registry value", "registry key", "access list", "file set aside", "service", "command".
[[nodiscard]] std::string_view type_of(const Change& change);
// What it changes, the same for two changes of the same thing: "HKLM\…: fDenyTSConnections", a path, a
// service.
[[nodiscard]] std::string target_of(const Change& change);
// What stays can be compared and taken back.
[[nodiscard]] bool leaves_state(const Change& change);

// "REG_DWORD 1", "REG_SZ \"Remote Desktop\"", "not there", an SDDL, "2291 bytes"; printable, one line.
[[nodiscard]] std::string before_words(const Change& change);
[[nodiscard]] std::string after_words(const Change& change);
[[nodiscard]] std::string value_words(const std::optional<Stored>& value);

}  // namespace rdpdoctor::fixes
