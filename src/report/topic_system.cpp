// "WKS01.corp.example, Windows Server 2022 (20348.2113); SYSTEM was not closed: 37 pages replayed".
#include "base/text.h"
#include "fmt/core.h"
#include "report/topics.h"

namespace rdpdoctor::report {

StageLine system_line(const evidence::HostFacts& h) {
  const evidence::SystemFacts& s = h.system;
  StageLine line{.outcome = Outcome::passed, .topic = evidence::Topic::system};
  if (const std::string* name = s.computer_name.get()) line.summary = *name;
  if (const std::string* domain = s.domain.get(); domain && !domain->empty() && !line.summary.empty())
    line.summary += "." + *domain;
  if (const std::string* product = s.product.get())
    line.summary += (line.summary.empty() ? "" : ", ") + *product;
  if (const std::string* build = s.build.get()) line.summary += fmt::format(" ({})", *build);
  if (line.summary.empty()) line.summary = "its name can't be read";
  for (const evidence::HiveFacts& hive : s.hives) {
    if (hive.state == "clean") continue;
    line.summary +=
        fmt::format("; {} {}{}", hive.name, hive.state, hive.detail.empty() ? "" : ": " + hive.detail);
    if (hive.state != "recovered") line.outcome = Outcome::warning;
  }
  return line;
}

}  // namespace rdpdoctor::report
