// The registry as text: .reg files (`reg export`, Registry Editor; REGEDIT4 and version 5.00) and what
// `reg query` prints. Streams: values are given out one by one. Total and bounded.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/byte_source.h"

namespace rdpdoctor::formats {

enum class RegistryTextKind { none, export_file, query };
// By the first bytes of a file, at least its first line.
[[nodiscard]] RegistryTextKind registry_text_kind(View first);

struct RegistryTextValue {
  std::string name;  // "" is the default value
  std::uint32_t type = 0;
  Bytes data;  // as the registry stores it: texts in UTF-16LE with their NUL
};

// What of the registry a text holds completely: what is not in it there is not on the machine.
struct RegistryTextPart {
  enum class Extent { subtree, values, nothing };
  std::string key;
  Extent extent = Extent::subtree;  // all below the key; its values and names of subkeys; single values only
};

struct RegistryText {
  std::vector<RegistryTextPart> parts;
  std::uint64_t keys = 0, values = 0;
  // An export that is not in UTF-16, as Windows writes them: it may have been written or cut by hand, and
  // holds no part whole.
  bool by_hand = false;
  bool changes = false;  // it deletes keys or values: a file of changes to make, and no export
  std::string problem;   // the first thing that could not be read, and its line; no part is whole then
};

// Called in the file's order; false stops, which is a problem. Keys as written: "HKEY_LOCAL_MACHINE\…".
struct RegistryTextSink {
  std::function<bool(const std::string& key)> key;
  std::function<bool(const std::string& key, RegistryTextValue value)> value;
};

// An error when it is no such text, or can't be read.
[[nodiscard]] Result<RegistryText> read_reg_file(ByteSource& file, const RegistryTextSink& sink);
[[nodiscard]] Result<RegistryText> read_reg_query(ByteSource& file, const RegistryTextSink& sink);

// "HKLM\A" holds itself and "hklm\a\b".
[[nodiscard]] bool is_at_or_below(std::string_view key, std::string_view top);
// Texts as the registry stores them.
[[nodiscard]] Bytes registry_text(std::string_view text);

}  // namespace rdpdoctor::formats
