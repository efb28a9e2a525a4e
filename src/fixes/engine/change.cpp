#include "fixes/engine/change.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/reg_file.h"
#include "host/key_names.h"
#include "host/registry.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::size_t longest_shown = 60;  // of a text or of binary data, in bytes

template <class... F>
struct Cases : F... {
  using F::operator()...;
};

std::string hex_words(View bytes) {
  constexpr std::size_t most = longest_shown / 2;
  if (bytes.size() <= most) return hex(bytes);
  return fmt::format("{}… ({})", hex(bytes.first(most)), count_of(bytes.size(), "byte"));
}

std::string data_words(const Stored& value) {
  const auto reading = Reading<host::RegistryValue>::present({"", value.type, value.data});
  if (auto number = host::as_dword(reading); number.get()) return std::to_string(number.value);
  if (auto number = host::as_qword(reading); number.get()) return std::to_string(number.value);
  if (value.type == host::reg_multi_sz) {
    std::vector<std::string> shown;
    for (const auto& one : host::as_texts(reading).value)
      shown.push_back('"' + printable(one, longest_shown) + '"');
    return shown.empty() ? "empty" : join(shown, ", ");
  }
  if (auto text = host::as_text(reading); text.get()) return '"' + printable(text.value, longest_shown) + '"';
  return value.data.empty() ? "empty" : hex_words(value.data);
}

std::string tree_words(const std::optional<KeyTree>& tree) {
  if (!tree) return "not there";
  std::size_t values = 0;
  for (const auto& [path, of_key] : tree->keys) values += of_key.size();
  return fmt::format("{}, {}", count_of(tree->keys.size(), "key"), count_of(values, "value"));
}

std::string access_words(const Bytes& descriptor) {
  auto decoded = formats::decode_security_descriptor(descriptor);
  return decoded ? formats::to_sddl(*decoded) : fmt::format("damaged: {}", to_text(decoded.error()));
}

std::string command_words(const host::Arguments& command) {
  return command.empty() ? "" : printable(join(command, " "));
}

std::string_view action_words(host::ServiceAction action) {
  static constexpr std::array<std::string_view, 3> words{"started", "stopped", "restarted"};
  return words[static_cast<std::size_t>(action)];
}

}  // namespace

Stored dword(std::uint32_t number) {
  Stored out{host::reg_dword, Bytes(4)};
  for (std::size_t i = 0; i < out.data.size(); ++i)
    out.data[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return out;
}

Stored text(std::string_view utf8, std::uint32_t type) {
  return {type, formats::registry_text(utf8)};
}

Stored texts(const std::vector<std::string>& utf8) {
  Stored out{host::reg_multi_sz, {}};
  for (const auto& one : utf8) {
    const Bytes encoded = formats::registry_text(one);
    out.data.insert(out.data.end(), encoded.begin(), encoded.end());
  }
  out.data.insert(out.data.end(), 2, 0);
  return out;
}

std::string_view type_of(const Change& change) {
  static constexpr std::array<std::string_view, 6> names{"registry value", "registry key", "access list",
                                                         "file set aside", "service",      "command"};
  return names[change.what.index()];
}

std::string target_of(const Change& change) {
  return std::visit(
      Cases{[](const SetValue& c) {
              const std::string name = c.name.empty() ? "(default)" : c.name;
              return fmt::format("{}: {}", c.key, name);
            },
            [](const SetKey& c) { return c.key; }, [](const SetAccess& c) { return c.path; },
            [](const SetAside& c) { return c.path; }, [](const ControlService& c) { return c.name; },
            [](const RunCommand& c) { return command_words(c.command); }},
      change.what);
}

bool leaves_state(const Change& change) {
  return !std::holds_alternative<ControlService>(change.what) &&
         !std::holds_alternative<RunCommand>(change.what);
}

std::string value_words(const std::optional<Stored>& value) {
  if (!value) return "not there";
  return fmt::format("{} {}", host::type_name(value->type), data_words(*value));
}

std::string before_words(const Change& change) {
  if (!change.before_known) return "what is there then";
  return std::visit(Cases{[](const SetValue& c) { return value_words(c.before); },
                          [](const SetKey& c) { return tree_words(c.before); },
                          [](const SetAccess& c) { return access_words(c.before); },
                          [](const SetAside& c) { return count_of(c.size, "byte"); },
                          [](const ControlService&) { return std::string(); },
                          [](const RunCommand&) { return std::string(); }},
                    change.what);
}

std::string after_words(const Change& change) {
  return std::visit(
      Cases{[](const SetValue& c) { return value_words(c.after); },
            [](const SetKey& c) { return tree_words(c.after); },
            [&](const SetAccess& c) {
              return change.before_known ? access_words(c.after) : std::string("one entry more");
            },
            [](const SetAside&) { return std::string("set aside"); },
            [](const ControlService& c) { return std::string(action_words(c.action)); },
            [](const RunCommand& c) {
              return c.undo.empty() ? std::string("run") : "run; undo: " + command_words(c.undo);
            }},
      change.what);
}

}  // namespace rdpdoctor::fixes
