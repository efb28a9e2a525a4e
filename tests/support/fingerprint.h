// All that a machine in memory holds, as text: two that are the same have the same.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "host/memory/memory_host.h"

namespace rdpdoctor::test {

inline std::string fingerprint(const host::MemoryHost& host) {
  std::string out;
  const auto line = [&](const std::string& what, const std::string& is) {
    out.append(what).append(" = ").append(is).append("\n");
  };
  for (const auto& [path, key] : host.all_keys()) {
    line("key " + path, key.name + key.unreadable);
    if (key.security) line("  access", hex(formats::encode_security_descriptor(*key.security)));
    for (const auto& [name, value] : key.values)
      line("  value " + name, value.value.name + " " + std::to_string(value.value.type) + " " +
                                  hex(value.value.data) + value.why);
  }
  for (const auto& [path, file] : host.all_files()) {
    line("file " + path, file.name + " " + std::to_string(file.info.size) + " " +
                             std::to_string(file.info.modified.value_or(Instant{}).ms) + file.unreadable);
    line("  content", hex(View(file.content).first(std::min<std::size_t>(file.content.size(), 4096))) + " " +
                          std::to_string(std::hash<std::string_view>()(
                              {reinterpret_cast<const char*>(file.content.data()), file.content.size()})));
    line("  access", file.security.get() ? hex(formats::encode_security_descriptor(file.security.value))
                                         : file.security.why);
  }
  return out;
}

// The lines that only one of them has.
inline std::string difference(const std::string& was, const std::string& is) {
  std::string out;
  if (was == is) return out;
  const auto add = [&](const std::string& a, const std::string& b, const char* sign) {
    std::size_t at = 0;
    for (std::size_t end = a.find('\n'); end != std::string::npos; at = end + 1, end = a.find('\n', at)) {
      const std::string one = a.substr(at, end - at + 1);
      if (!b.starts_with(one) && !b.contains("\n" + one)) out += sign + one.substr(0, 300) + "\n";
    }
  };
  add(was, is, "- ");
  add(is, was, "+ ");
  return out;
}

}  // namespace rdpdoctor::test
