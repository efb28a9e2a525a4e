// A hosts file: first a name, then, behind a zero, the file.
#include "formats/hosts_file.h"

#include <algorithm>

#include "fuzz.h"

namespace rdpdoctor::fuzz {

void run(View bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string_view name = text.substr(0, text.find('\0'));
  std::string_view file = text.substr(std::min(name.size() + 1, text.size()));
  const auto lines = static_cast<std::size_t>(std::ranges::count(file, '\n')) + 1;
  std::size_t last = 0;
  for (const formats::HostsEntry& entry : formats::find_in_hosts(file, name)) {
    expects(last < entry.line && entry.line <= lines && 2 <= entry.address.size());
    last = entry.line;
  }
}

}  // namespace rdpdoctor::fuzz
