#include "formats/icacls.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "formats/text_lines.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t most_files = 100'000;
constexpr std::uint8_t denied = 1;

struct Account {
  std::string_view name;
  std::string_view sid;
};
constexpr std::array accounts{
    Account{R"(NT AUTHORITY\SYSTEM)", "S-1-5-18"},
    Account{R"(NT AUTHORITY\LOCAL SERVICE)", "S-1-5-19"},
    Account{R"(NT AUTHORITY\NETWORK SERVICE)", "S-1-5-20"},
    Account{R"(NT AUTHORITY\Authenticated Users)", "S-1-5-11"},
    Account{R"(NT AUTHORITY\SERVICE)", "S-1-5-6"},
    Account{R"(NT AUTHORITY\INTERACTIVE)", "S-1-5-4"},
    Account{R"(NT AUTHORITY\NETWORK)", "S-1-5-2"},
    Account{R"(NT AUTHORITY\BATCH)", "S-1-5-3"},
    Account{R"(BUILTIN\Administrators)", "S-1-5-32-544"},
    Account{R"(BUILTIN\Users)", "S-1-5-32-545"},
    Account{R"(BUILTIN\Guests)", "S-1-5-32-546"},
    Account{R"(BUILTIN\Power Users)", "S-1-5-32-547"},
    Account{R"(BUILTIN\Backup Operators)", "S-1-5-32-551"},
    Account{R"(BUILTIN\Remote Desktop Users)", "S-1-5-32-555"},
    Account{R"(BUILTIN\IIS_IUSRS)", "S-1-5-32-568"},
    Account{"Everyone", "S-1-1-0"},
    Account{"CREATOR OWNER", "S-1-3-0"},
    Account{"CREATOR GROUP", "S-1-3-1"},
    Account{"OWNER RIGHTS", "S-1-3-4"},
};

struct Letters {
  std::string_view word;
  std::uint32_t bits;
};
// As `icacls /?` lists them: simple rights, then specific ones.
constexpr std::array rights{Letters{"N", 0},           Letters{"F", file_all_access},
                            Letters{"M", 0x1301BF},    Letters{"RX", 0x1200A9},
                            Letters{"R", 0x120089},    Letters{"W", 0x100116},
                            Letters{"D", 0x10000},     Letters{"DE", 0x10000},
                            Letters{"RC", 0x20000},    Letters{"Rc", 0x20000},
                            Letters{"WDAC", 0x40000},  Letters{"WO", 0x80000},
                            Letters{"S", 0x100000},    Letters{"AS", 0x1000000},
                            Letters{"MA", 0x2000000},  Letters{"GA", 0x10000000},
                            Letters{"GE", 0x20000000}, Letters{"GW", 0x40000000},
                            Letters{"GR", 0x80000000}, Letters{"RD", 0x1},
                            Letters{"WD", 0x2},        Letters{"AD", 0x4},
                            Letters{"REA", 0x8},       Letters{"WEA", 0x10},
                            Letters{"X", 0x20},        Letters{"DC", 0x40},
                            Letters{"RA", 0x80},       Letters{"WA", 0x100}};
constexpr std::array inheritance{Letters{"OI", 0x1}, Letters{"CI", 0x2}, Letters{"NP", 0x4},
                                 Letters{"IO", 0x8}, Letters{"I", 0x10}};

// "(I)(OI)(RX)" or "(DENY)(W,Rc)": what follows the account's name.
bool take_rights(std::string_view text, AccessEntry& entry) {
  bool any = false;
  while (text.starts_with('(')) {
    const std::size_t end = text.find(')');
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (inside == "DENY") {
      entry.type = denied;
      continue;
    }
    const auto* flag = std::ranges::find(inheritance, inside, &Letters::word);
    if (flag != inheritance.end()) {
      entry.flags |= static_cast<std::uint8_t>(flag->bits);
      continue;
    }
    if (any) return false;
    any = true;
    for (std::string_view word : split(inside, ',')) {
      const auto* right = std::ranges::find(rights, word, &Letters::word);
      if (right == rights.end()) return false;
      if (word == "N") entry.type = denied;  // no access is full access denied
      entry.mask |= word == "N" ? file_all_access : right->bits;
    }
  }
  return any && trim(text).empty();
}

// One file's lines while they are read.
struct Listing {
  std::string path;
  std::size_t column = 0;  // where accounts begin
  std::vector<std::string> entries;
};

bool is_entry(std::string_view text) {
  return text.contains(":(") && trim(text).ends_with(')');
}

Reading<SecurityDescriptor> access_of(const Listing& listing) {
  using Access = Reading<SecurityDescriptor>;
  SecurityDescriptor out;
  std::vector<AccessEntry> entries;
  bool in_english = false;
  std::string stranger;
  for (std::string_view text : listing.entries) {
    text = trim(text);
    const std::size_t colon = text.find(":(");
    if (colon == std::string_view::npos)
      return Access::unreadable("icacls shows something else than entries");
    const std::string_view name = text.substr(0, colon);
    AccessEntry entry;
    if (!take_rights(text.substr(colon + 1), entry))
      return Access::unreadable("icacls shows rights that are not known");
    const auto* known =
        std::ranges::find_if(accounts, [&](const Account& a) { return equal_ignoring_case(a.name, name); });
    const bool of_system = name.starts_with(R"(NT AUTHORITY\)") || name.starts_with(R"(BUILTIN\)");
    in_english |= of_system;
    if (known != accounts.end()) {
      entry.sid = known->sid;
    } else if (name.starts_with(R"(NT SERVICE\)")) {
      entry.sid = service_sid(name.substr(std::string_view(R"(NT SERVICE\)").size()));
    } else if (name.starts_with("S-1-")) {
      entry.sid = name;
    } else if (!name.contains('\\') || of_system) {
      return Access::unreadable("icacls names an account that is not known here: " + printable(name, 80));
    } else {
      stranger = name;
      entry.sid = name;  // a user's or group's of the machine or its domain: no service holds it
    }
    entries.push_back(std::move(entry));
  }
  if (!stranger.empty() && !in_english)
    return Access::unreadable("icacls names an account that is not known here: " + printable(stranger, 80));
  out.control = 0x8004;
  out.entries = std::move(entries);
  return Access::present(std::move(out));
}

// "C:\a b\c NT AUTHORITY\SYSTEM:(F)": one space parts them, which both may hold. The next line tells where
// accounts begin; without one the account must be a known one.
std::optional<std::size_t> column_of(std::string_view first, std::string_view second) {
  const std::size_t indent = std::min(second.find_first_not_of(' '), second.size());
  if (0 < indent && indent < first.size() && is_entry(second) && first[indent - 1] == ' ') return indent;
  std::optional<std::size_t> found;
  for (const Account& a : accounts) {
    const std::size_t at = first.find(" " + std::string(a.name) + ":(");
    if (at != std::string_view::npos && (!found || at + 1 < *found)) found = at + 1;
  }
  return found;
}

bool is_path(std::string_view line) {
  return 3 < line.size() && line[1] == ':' && line[2] == '\\' && is_entry(line);
}

}  // namespace

bool is_icacls(View first) {
  const std::string text = beginning_as_text(first.first(std::min<std::size_t>(first.size(), 4096)));
  for (std::string_view line : split(text, '\n')) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (trim(line).empty()) continue;
    return is_path(line);
  }
  return false;
}

Result<std::vector<ListedAccess>> read_icacls(ByteSource& file) {
  TextLines lines(file);
  std::vector<ListedAccess> out;
  std::vector<std::string> group;  // the lines of one file
  auto close = [&] {
    if (group.empty()) return;
    const auto column =
        column_of(group[0], group.size() < 2 ? std::string_view() : std::string_view(group[1]));
    if (column) {
      Listing listing{
          .path = group[0].substr(0, *column - 1), .column = *column, .entries = std::move(group)};
      listing.entries[0].erase(0, *column);
      out.push_back({.path = listing.path, .security = access_of(listing)});
    }
    group.clear();
  };
  std::string line;
  while (lines.next(line) && out.size() < most_files) {
    while (line.ends_with('\r')) line.pop_back();
    if (is_path(line)) {
      close();
      group.push_back(line);
    } else if (!group.empty() && line.starts_with(' ') && !trim(line).empty() && group.size() < 1000) {
      group.push_back(line);
    } else {
      close();
    }
  }
  close();
  if (lines.error()) return std::unexpected(*lines.error());
  return out;
}

}  // namespace rdpdoctor::formats
