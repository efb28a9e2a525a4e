// Makes the client forget the answers to names that it keeps.
#include "base/text.h"
#include "fixes/engine/fix.h"
#include "fmt/core.h"

namespace rdpdoctor::fixes {
namespace {

void plan(Planner& p) {
  p.command({.command = {"ipconfig", "/flushdns"}, .undo = {}, .destroys = ""},
            "the kept answers to names are forgotten and asked anew");
  const evidence::NameFacts& name = p.evidence().name;
  const auto* addresses = name.hosts_file.get();
  if (!addresses || addresses->empty()) return;
  p.note(fmt::format(
      "the client's hosts file gives {} for the name (line {}), and flushing does not change that: "
      "correct or remove that line",
      printable(join(*addresses, ", ")), printable(join(name.hosts_lines, ", "))));
}

}  // namespace

Fix flush_name_cache() {
  return {
      .id = "flush-name-cache",
      .title = "The client asks for names anew.",
      .explanation =
          "Runs ipconfig /flushdns: the client forgets the answers it keeps, and asks the DNS servers again. "
          "Nothing is lost by it. It helps where the host has a new address and this client still has the "
          "old "
          "one. An old record on the DNS server, or a line of the hosts file, comes back at once: those have "
          "to "
          "be corrected where they stand.",
      .side = Side::client,
      .risk = Risk::low,
      .takes_effect = "at once",
      .verified_by = "name-answer-stale is no longer found",
      .article = "flush the DNS cache",
      .plan = plan,
  };
}

}  // namespace rdpdoctor::fixes
