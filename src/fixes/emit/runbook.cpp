// The changes for a person at the machine's console: steps with their commands, undo and check.
#include <algorithm>

#include "base/text.h"
#include "fixes/emit/reg_text.h"
#include "fixes/emit/runbook_steps.h"
#include "fixes/emit/script.h"
#include "fmt/format.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::size_t width = 100;

class Page {
 public:
  // `first` before the first line, as many spaces before the others; commands are never broken.
  void words(std::string_view first, std::string_view text) {
    std::string line(first);
    bool empty = true;
    for (const std::string_view word : split(text, ' ')) {
      if (word.empty()) continue;
      if (!empty && width < columns(line) + 1 + columns(word)) {
        add(line);
        line.assign(columns(first), ' ');
        empty = true;
      }
      if (!empty) line += ' ';
      line += word;
      empty = false;
    }
    add(line);
  }
  void lines(std::string_view first, const std::vector<std::string>& all) {
    std::string_view before = first;
    const std::string indent(first.size(), ' ');
    for (const std::string& line : all) {
      add(std::string(before) + line);
      before = indent;
    }
  }
  void gap() { out_ += '\n'; }
  std::string take() { return std::move(out_); }

 private:
  static std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
  }
  void add(const std::string& line) {
    out_ += line;
    out_ += '\n';
  }
  std::string out_;
};

void write_plan(Page& page, const Plan& plan) {
  if (plan.fix != nullptr) {
    page.words("", fmt::format("{}: {}", plan.fix->id, plan.fix->title));
    if (!plan.fix->interrupts.empty()) page.words("  ", fmt::format("It {}.", plan.fix->interrupts));
    if (!plan.fix->takes_effect.empty())
      page.words("  ", fmt::format("It takes effect {}.", plan.fix->takes_effect));
  }
  for (const std::string& note : plan.notes) page.words("  Note: ", printable(note, 2000));
  page.gap();
}

void write_fragment(Page& page, std::string_view what, std::string_view file,
                    const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  const bool wide = emit::needs_utf16(join(lines, "\n"));
  page.words(what, fmt::format("save these lines as {}{} and type: reg import {}", file,
                               wide ? ", in UTF-16 (Notepad: Unicode)," : "", file));
  page.gap();
  page.lines("", lines);
  page.gap();
}

void write_step(Page& page, const emit::Step& step, std::size_t number) {
  page.words(fmt::format("{}. ", number), step.title);
  page.lines("   First:  ", step.look);
  page.lines("   Do:     ", step.commands);
  write_fragment(page, "   Do:     ", fmt::format("do-{}.reg", number), step.fragment);
  page.lines("   Undo:   ", step.undo);
  write_fragment(page, "   Undo:   ", fmt::format("undo-{}.reg", number), step.undo_fragment);
  if (!step.check.empty()) page.lines("   Check:  ", {step.check});
  if (!step.shows.empty()) page.words("   Shows:  ", step.shows);
  for (const std::string& words : step.words) page.words("   ", words);
  page.gap();
}

// cmd.exe fills it in once it is set.
bool needs_machine_guid(const Change& change) {
  return target_of(change).find("%MachineGuid%") != std::string::npos;
}

}  // namespace

std::string runbook(const Script& script) {
  Page page;
  page.words("",
             fmt::format("Runbook for {}, by rdpdoctor {}.",
                         script.machine.empty() ? "any machine" : printable(script.machine), script.program));
  page.words(
      "",
      "Type the commands in a Command Prompt of an administrator, in this order. Undo: the undo lines, "
      "from the last step to the first.");
  page.gap();
  const auto changes = all_changes(script.plans);
  std::size_t number = 0;
  for (const Plan& plan : script.plans) write_plan(page, plan);
  if (std::ranges::any_of(changes, needs_machine_guid)) {
    page.words(fmt::format("{}. ", ++number), "the GUID of this machine is read: type it after the =");
    page.lines("   Do:     ",
               {R"(reg query "HKLM\SOFTWARE\Microsoft\Cryptography" /v MachineGuid)", "set MachineGuid="});
    page.gap();
  }
  for (const Change& change : changes) {
    ++number;
    write_step(page, emit::step_of(change, number), number);
  }
  for (const Plan& plan : script.plans) {
    for (const std::string& step : plan.advice) {
      page.words(fmt::format("{}. ", ++number), printable(step, 2000));
      page.gap();
    }
  }
  for (const Plan& plan : script.plans) {
    if (plan.fix == nullptr) continue;
    if (!plan.fix->verified_by.empty())
      page.words("It worked when ", fmt::format("{}.", plan.fix->verified_by));
    if (plan.fix->weakens)
      page.words("", fmt::format("{} weakens security: take it back after {}.", plan.fix->id,
                                 count_of(static_cast<std::size_t>(script.lasts.count()), "minute")));
  }
  return page.take();
}

}  // namespace rdpdoctor::fixes
