// Private to net/name_setup_*.cpp: what both systems share.
#pragma once

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "net/internal.h"
#include "net/name_server.h"

namespace rdpdoctor::net {

// A text file of the system: its whole lines within the first MiB.
[[nodiscard]] inline Reading<std::string> read_text_file(const std::filesystem::path& path) {
  using Text = Reading<std::string>;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int code = errno;
    return code == ENOENT ? Text::absent()
                          : Text::unreadable(path.string() + ": " + std::generic_category().message(code));
  }
  std::string text(std::size_t{1} << 20, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto size = static_cast<std::size_t>(file.gcount());
  if (size == text.size()) text.resize(text.rfind('\n') + 1);
  if (size < text.size()) text.resize(size);
  return file.bad() ? Text::unreadable(path.string() + ": can't be read") : Text::present(std::move(text));
}

[[nodiscard]] inline Reading<std::vector<std::string>> present_or_absent(std::vector<std::string> list) {
  using Told = Reading<std::vector<std::string>>;
  return list.empty() ? Told::absent() : Told::present(std::move(list));
}

}  // namespace rdpdoctor::net
