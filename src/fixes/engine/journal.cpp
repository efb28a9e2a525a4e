// The lines of a journal as they are written.
#include "fixes/engine/journal.h"

#include <array>

#include "base/text.h"
#include "fixes/engine/chain.h"
#include "fixes/engine/change_json.h"
#include "fixes/engine/journal_words.h"
#include "host/registry.h"

namespace rdpdoctor::fixes {
namespace {

// Names that are no UTF-8 lose what can't be written; apply() reads back what it wrote before it counts.
std::string line_of(const Json& j) {
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string chained(Json j, std::string_view last) {
  j["chain"] = chain_of(last);
  return line_of(j);
}

}  // namespace

std::string header_line(const Journal& journal) {
  return line_of({{"rdpdoctor", journal_schema},
                  {"run", journal.run},
                  {"machine", {{"name", journal.machine.name}, {"guid", journal.machine.guid}}},
                  {"program", journal.program},
                  {"began", to_rfc3339(journal.began)}});
}

std::string entry_line(const JournalEntry& entry, std::size_t number, std::string_view last) {
  Json j{{"entry", number}, {"fix", entry.fix}};
  write_change(j, entry);
  return chained(std::move(j), last);
}

std::string state_line(Journal::State state, Instant at, std::string_view last) {
  return chained({{"state", name_of(state)}, {"at", to_rfc3339(at)}}, last);
}

std::string begin_line(std::size_t number, std::string_view last) {
  return chained({{"begin", number}}, last);
}

std::string done_line(std::size_t number, std::string_view last) {
  return chained({{"done", number}}, last);
}

Result<MachineId> machine_of(host::Host& host) {
  const auto name = host::as_text(
      host.value(R"(HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName)", "ComputerName"));
  const auto guid = host::as_text(host.value(R"(HKLM\SOFTWARE\Microsoft\Cryptography)", "MachineGuid"));
  MachineId out{name.value, guid.value};
  const std::string& why = name.why.empty() ? guid.why : name.why;
  if (out.name.empty() && out.guid.empty() && !why.empty())
    return std::unexpected(Error{
        .doing = "tell which machine it is: neither its ComputerName nor its MachineGuid can be read (" +
                 why + ")",
        .kind = ErrorKind::not_found});
  return out;
}

}  // namespace rdpdoctor::fixes
