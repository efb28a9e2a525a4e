// Changes as a diff: the key once, its values below; before → after.
#include "base/text.h"
#include "fmt/core.h"
#include "report/plan_words.h"

namespace rdpdoctor::report {
namespace {

using fixes::Change;

constexpr std::size_t longest_name = 300;

// What stands once over several changes: the key of values; "" of what stands by itself.
std::string group_of(const Change& change) {
  const auto* value = std::get_if<fixes::SetValue>(&change.what);
  return value ? printable(value->key, longest_name) : "";
}

std::string own_name(const Change& change) {
  if (const auto* value = std::get_if<fixes::SetValue>(&change.what))
    return value->name.empty() ? "(default)" : printable(value->name, longest_name);
  return printable(fixes::target_of(change), longest_name);
}

// The type of a registry value stands once where it stays.
std::string without_type(const std::string& before, const std::string& after) {
  const std::size_t end = before.find(' ');
  const bool same =
      before.starts_with("REG_") && end != std::string::npos && after.starts_with(before.substr(0, end + 1));
  return same ? after.substr(end + 1) : after;
}

// On one line when it fits, else each of the two on its own.
std::string arrow(std::string_view lead, const std::string& before, const std::string& after,
                  const TerminalStyle& style) {
  if (columns(lead) + columns(before) + columns(after) + 3 <= style.width)
    return fmt::format("{}{} → {}\n", lead, inked(before, Ink::bad, style),
                       inked(without_type(before, after), Ink::good, style));
  const std::string indent(6, ' ');
  return fmt::format("{}\n{}- {}\n{}+ {}\n", lead.substr(0, lead.find_last_not_of(' ') + 1), indent,
                     inked(before, Ink::bad, style), indent, inked(after, Ink::good, style));
}

std::string change_lines(const Change& change, bool below, const TerminalStyle& style) {
  const std::string indent(below ? 4 : 2, ' ');
  std::string out;
  if (fixes::leaves_state(change)) {
    out = arrow(fmt::format("{}{}  ", indent, padded(own_name(change), below ? 24 : 0)),
                fixes::before_words(change), fixes::after_words(change), style);
  } else {
    out = fmt::format("{}{} {}: {}\n", indent, fixes::type_of(change), own_name(change),
                      inked(fixes::after_words(change), Ink::good, style));
  }
  if (change.says.empty()) return out;
  return out +
         inked(hanging(indent + "  # ", printable(change.says, longest_name), style.width), Ink::dim, style);
}

}  // namespace

std::string diff_lines(const std::vector<Change>& changes, const TerminalStyle& style) {
  std::string out, group;
  for (const Change& change : changes) {
    std::string own = group_of(change);
    if (!own.empty() && own != group) out += "  " + own + "\n";
    out += change_lines(change, !own.empty(), style);
    group = std::move(own);
  }
  return out;
}

std::string standing_line(const fixes::ChangeStanding& standing, std::string_view mark, Ink ink,
                          std::string_view now, const TerminalStyle& style) {
  std::string out = fmt::format("  {} {}", inked(mark, ink, style),
                                printable(fixes::target_of(standing.change), longest_name));
  return out + (now.empty() ? "" : fmt::format("   {}", now)) + "\n";
}

}  // namespace rdpdoctor::report
