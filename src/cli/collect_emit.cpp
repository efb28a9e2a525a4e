#include "cli/collect_emit.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "collect/collection.h"

namespace rdpdoctor::cli {

Result<void> emit_collector(const std::string& out, Context& context) {
  const std::string script = collect::collector_script(RDPDOCTOR_VERSION);
  context.status = exit_ok;
  if (out.empty()) {
    host::print_raw(script);
    return {};
  }
  const std::filesystem::path path(std::u8string(out.begin(), out.end()));
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored))
    return std::unexpected(
        Error{printable(out) + " is there already", ErrorKind::usage, 0, "-o with the name of a new file"});
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << script;
  file.close();
  if (!file)
    return std::unexpected(Error{"write " + printable(out), ErrorKind::io, 0, "a file that can be written"});
  std::fprintf(stderr, "rdpdoctor: wrote %s\n", printable(out).c_str());
  return {};
}

}  // namespace rdpdoctor::cli
