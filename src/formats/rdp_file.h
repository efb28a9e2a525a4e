// .rdp files as mstsc writes them: "name:type:value" lines, type i, s or b; UTF-8, or UTF-16LE with or
// without its mark, CR LF or LF. A line that can't be read is kept and reported, never fatal.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace rdpdoctor::formats {

struct RdpFile {
  struct Setting {
    char type = 's';  // 'i', 's' or 'b'
    std::string value;
  };
  struct BadLine {
    std::size_t number = 0;  // from 1
    std::string text;        // printable
  };
  std::map<std::string, Setting> settings;  // keys in lower case; the last one wins
  std::vector<BadLine> bad_lines;           // the first 100
  std::size_t bad_line_count = 0;

  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  [[nodiscard]] std::optional<long> number(std::string_view key) const;
  // Whether it carries a signature; whether that is good is not checked.
  [[nodiscard]] bool is_signed() const;
  // The RD Gateway that a client goes by: named, and used always (1) or where needed (2).
  [[nodiscard]] std::optional<std::string> gateway() const;
};

// An error when nothing in it looks like an .rdp setting, or it is larger than 1 MiB.
[[nodiscard]] Decoded<RdpFile> read_rdp_file(View bytes);

struct RdpTarget {
  std::string host;
  std::uint16_t port = 3389;
};
// "host", "host:port", "1.2.3.4:3390", "[2001:db8::1]:3390", "2001:db8::1". The error's `expected` says the
// form.
[[nodiscard]] Result<RdpTarget> parse_target(std::string_view text);
// "full address" (which may hold the port), else "alternate full address", and "server port". An error when
// there is no address in it.
[[nodiscard]] Result<RdpTarget> target_of(const RdpFile& file);

}  // namespace rdpdoctor::formats
