#include "cli/collect_emit.h"

#include <cstdio>

#include "base/text.h"
#include "cli/new_file.h"
#include "collect/collection.h"

namespace rdpdoctor::cli {

Result<void> emit_collector(const std::string& out, Context& context) {
  const std::string script = collect::collector_script(RDPDOCTOR_VERSION);
  context.status = exit_ok;
  if (out.empty()) {
    host::print_raw(script);
    return {};
  }
  if (auto fits = check_new(out); !fits) return fits;
  if (auto written = write_text(out, script); !written) return written;
  std::fprintf(stderr, "rdpdoctor: wrote %s\n", printable(out).c_str());
  return {};
}

}  // namespace rdpdoctor::cli
