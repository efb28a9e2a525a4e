// The PowerShell collector: a head of comments, the table of what it takes, and what takes it.
#include "base/text.h"
#include "collect/collection.h"
#include "collect/script_keys.h"
#include "collect/script_parts.h"
#include "fmt/core.h"

namespace rdpdoctor::collect {
namespace {

std::string head(std::string_view version) {
  return fmt::format(
      "# rdpdoctor {}, collector for Windows PowerShell 5.1: reads what the causes of failing Remote Desktop "
      "connections show in,\n"
      "# and writes it into one archive. It changes nothing else, and needs no administrator; as one it "
      "reads "
      "more.\n"
      "#   .\\collect.ps1 -Out FILE.zip [-Target NAME]     -Target: this computer is the client that "
      "connects "
      "to NAME\n"
      "# Passwords, private keys and users' registries are not collected. The archive names this computer, "
      "its users and networks:\n"
      "# to pass it on without them, rdpdoctor inspect --bundle FILE.zip --redact.\n"
      "# Exit status: 0 written, 2 wrong usage, 3 it could not.\n",
      version);
}

std::string text(std::string_view words) {
  std::string out = "'";
  for (const char c : words) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::string list(std::string_view names) {
  std::vector<std::string> out;
  for (const std::string_view name : split(names, '|')) out.push_back(text(name));
  return "@(" + join(out, ", ") + ")";
}

std::string names_of(std::span<const std::string_view> names) {
  std::vector<std::string> out;
  for (const std::string_view name : names) out.push_back(text(name));
  return "@(" + join(out, ", ") + ")";
}

std::string table() {
  static constexpr std::string_view takes[] = {"tree", "values", "names", "access"};
  static constexpr std::string_view file_takes[] = {"folder", "file", "presence"};
  std::string out = "$Keys = @(\n";
  for (const ScriptKey& row : script_keys()) {
    out += fmt::format("    @{{ Take = {}; Key = {}", text(takes[static_cast<int>(row.take)]), text(row.key));
    if (row.take == Take::values) out.append("; Names = ").append(list(row.values));
    out += " }\n";
  }
  out += ")\n$Files = @(\n";
  for (const ScriptFile& row : script_files())
    out += fmt::format("    @{{ Take = {}; Path = {} }}\n", text(file_takes[static_cast<int>(row.take)]),
                       text(row.path));
  out += ")\n$Channels = @(\n";
  for (const ScriptChannel& row : script_channels())
    out += fmt::format("    @{{ Channel = {}; Providers = {}; Ids = {} }}\n", text(row.channel),
                       row.providers.empty() ? "@()" : list(row.providers),
                       row.ids.empty() ? "@()" : list(row.ids));
  out += fmt::format(")\n$SecretKeys = {}\n$SecretValues = {}\n", names_of(script_secret_keys()),
                     names_of(script_secret_values()));
  return out;
}

}  // namespace

std::string collector_script(std::string_view version) {
  std::string whole = head(version);
  whole += script_parameters;
  whole += fmt::format("$Program = {}\n", text(version));
  whole += table();
  whole += script_registry;
  whole += script_machine;
  whole += script_archive;
  std::string out;
  for (const char c : whole) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

}  // namespace rdpdoctor::collect
