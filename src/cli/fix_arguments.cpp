#include "cli/fix_arguments.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/text.h"
#include "report/plan.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_suggested = 3;

Error usage(std::string what, std::string expected) {
  return {std::move(what), ErrorKind::usage, 0, std::move(expected)};
}

// How many letters have to be changed, added or left out.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// Those that a slip of the keyboard or of memory could have meant, the nearest first.
std::vector<std::string> near(std::string_view id) {
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const fixes::Fix& fix : fixes::all_fixes()) {
    const std::size_t edits = edits_between(id.substr(0, 60), fix.id);
    if (edits <= fix.id.size() / 3) {
      found.emplace_back(edits, fix.id);
    } else if (3 < id.size() && fix.id.contains(id)) {
      found.emplace_back(edits + fix.id.size(), fix.id);
    }
  }
  std::ranges::sort(found);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(found.size(), most_suggested); ++i)
    out.push_back(std::move(found[i].second));
  return out;
}

void add(std::string& command, std::string_view option, const std::string& value) {
  if (value.empty()) return;
  command.append(" ").append(option).append(" ").append(report::argument(printable(value, 400)));
}

std::string number(std::uint32_t n) {
  return n == 0 ? "" : std::to_string(n);
}

}  // namespace

Result<void> check_wishes(const FixArguments& a) {
  auto no = [](std::string what, std::string expected) {
    return std::unexpected(usage(std::move(what), std::move(expected)));
  };
  if (!a.out.empty() && a.emit.empty())
    return no("-o names a file for --emit", "--emit ps1|reg|text as well");
  if (a.apply && !a.bundle.empty())
    return no("--apply: a bundle is a copy of what was collected, nothing is written to it",
              "--image DIR, or --emit ps1 for a script that runs on the machine");
  if ((a.apply || a.resume) && a.image.empty() && !a.itself)
    return no(a.apply ? "--apply needs --image DIR: this computer does not run Windows"
                      : "--resume needs --image DIR: this computer does not run Windows",
              "a mounted Windows volume, or --emit ps1 for a script that runs on the machine");
  std::error_code ignored;
  if ((a.apply || a.resume) && std::filesystem::is_regular_file(a.image, ignored))
    return no("--apply: " + printable(a.image) + " is a file: nothing is written into an archive",
              "the folder where the volume is mounted, or --emit ps1");
  if (a.resume && (!a.fixes.empty() || !a.diagnosis.empty()))
    return no("--resume finishes the run that was interrupted: no fixes and no diagnosis are named", "");
  if (a.fixes.empty() && !a.has_machine() && a.diagnosis.empty())
    return no("fix: this computer does not run Windows",
              "--image DIR, --bundle FILE, --diagnosis FILE.json, or FIX with --emit ps1|reg|text");
  return {};
}

Result<std::chrono::minutes> minutes_from(const std::string& text) {
  constexpr std::uint32_t week = 7 * 24 * 60;
  const std::string_view unit = text.empty() ? "" : std::string_view(text).substr(text.size() - 1);
  const auto n = decimal<std::uint32_t>(std::string_view(text).substr(0, text.size() - unit.size()));
  const std::uint32_t in_unit = unit == "h" ? 60 : 1;
  if ((unit != "m" && unit != "h") || !n || *n == 0 || week / in_unit < *n)
    return std::unexpected(usage("--for '" + printable(text, 40) + "' is not a time",
                                 "minutes or hours, such as 30m or 2h, a week at most"));
  return std::chrono::minutes(*n * in_unit);
}

Result<fixes::Options> fix_options(const FixArguments& a) {
  fixes::Options out{.server = a.server, .address = a.address, .interface = a.interface, .user = a.user};
  out.accept_risk = a.accept_risk;
  out.mtu = a.mtu;
  out.port = a.port;
  if (!a.lasts.empty()) {
    auto lasts = minutes_from(a.lasts);
    if (!lasts) return std::unexpected(lasts.error());
    out.lasts = *lasts;
  }
  if (!a.user.empty() && !a.user.starts_with("S-1-"))
    return std::unexpected(
        usage("--user '" + printable(a.user, 80) + "' is not a SID", "such as S-1-5-21-1-2-3-1001"));
  return out;
}

Result<const fixes::Fix*> named_fix(const std::string& id) {
  if (const fixes::Fix* fix = fixes::find_fix(id)) return fix;
  const auto suggested = near(id);
  return std::unexpected(usage("no fix is called '" + printable(id, 80) + "'",
                               suggested.empty() ? "one of rdpdoctor fix list"
                                                 : join(suggested, " or ") + "; see rdpdoctor fix list"));
}

Result<std::vector<const fixes::Fix*>> named_fixes(const std::vector<std::string>& ids) {
  std::vector<const fixes::Fix*> out;
  for (const std::string& id : ids) {
    auto fix = named_fix(id);
    if (!fix) return std::unexpected(fix.error());
    if (std::ranges::find(out, *fix) == out.end()) out.push_back(*fix);
  }
  return out;
}

std::string fix_command(const FixArguments& a, const std::vector<std::string>& ids, const std::string& more) {
  std::string out = "rdpdoctor fix";
  for (const std::string& id : ids) out.append(" ").append(id);
  add(out, "--image", a.image);
  add(out, "--bundle", a.bundle);
  add(out, "--diagnosis", a.diagnosis);
  add(out, "--code", a.code);
  add(out, "--server", a.server);
  add(out, "--address", a.address);
  add(out, "--interface", a.interface);
  add(out, "--mtu", number(a.mtu));
  add(out, "--port", number(a.port));
  add(out, "--user", a.user);
  add(out, "--for", a.lasts);
  if (a.accept_risk) out += " --accept-risk";
  return out + more;
}

std::string undo_command(const FixArguments& a, const std::string& run) {
  std::string out = "rdpdoctor undo";
  if (!run.empty()) out.append(" ").append(report::argument(run));
  add(out, "--image", a.image);
  return out;
}

}  // namespace rdpdoctor::cli
