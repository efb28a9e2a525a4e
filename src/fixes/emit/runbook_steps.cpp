#include "fixes/emit/runbook_steps.h"

#include <algorithm>

#include "base/text.h"
#include "fixes/emit/cmd_quote.h"
#include "fixes/emit/script.h"
#include "fmt/format.h"
#include "formats/security_descriptor.h"
#include "host/key_names.h"
#include "host/registry.h"

namespace rdpdoctor::fixes::emit {
namespace {

constexpr std::string_view by_script = "It can't be typed safely: use the script of --emit ps1 for it.";

std::vector<std::string> lines_of(std::string file) {
  if (file.starts_with("\xFF\xFE"))
    file = utf16le_to_utf8(View(reinterpret_cast<const std::uint8_t*>(file.data()) + 2, file.size() - 2));
  std::vector<std::string> out;
  for (std::string_view line : split(file, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with(';')) out.emplace_back(line);
  }
  return out;
}

Step as_fragment(const Change& change) {
  Script script;
  Plan one;
  one.changes.push_back(change);
  script.plans.push_back(std::move(one));
  const RegPair pair = reg_pair(script);
  Step step;
  if (!pair.left_out.empty()) {
    step.words.emplace_back(by_script);
    return step;
  }
  step.fragment = lines_of(pair.apply);
  if (!pair.undo.empty()) step.undo_fragment = lines_of(pair.undo);
  return step;
}

class Steps {
 public:
  Steps(const Change& change, std::size_t number)
      : change_(change), file_(fmt::format(R"(%SystemRoot%\rdpdoctor-{})", number)) {}

  Step operator()(const SetValue& c) const {
    const auto to = reg_command(c.key, c.name, c.after), from = reg_command(c.key, c.name, c.before);
    const auto query = reg_query(c.key, c.name);
    const bool known = change_.before_known;
    Step step;
    if (!to || !from) {
      step = as_fragment(change_);
    } else {
      step.commands = {*to};
      if (known) step.undo = {*from};
    }
    if (!query) return step;
    if (!known) {
      step.look = {*query};
      step.words.emplace_back("Write down what the first command shows: undo puts that back.");
    }
    step.check = *query;
    step.shows = c.after ? value_words(c.after) : "an error: there is no such value";
    return step;
  }

  Step operator()(const SetKey& c) const {
    const auto key = cmd_quoted(c.key);
    if (!key) return as_fragment(change_);
    Step step;
    const bool there = c.before || !change_.before_known;
    if (there) step.look = {fmt::format("reg export {} \"{}.reg\" /y", *key, file_)};
    if (!c.after) {
      step.commands = {fmt::format("reg delete {} /f", *key)};
    } else {
      step.fragment = as_fragment(change_).fragment;
      step.undo = {fmt::format("reg delete {} /f", *key)};
    }
    if (there) step.undo.push_back(fmt::format("reg import \"{}.reg\"", file_));
    step.check = fmt::format("reg query {} /s", *key);
    step.shows = c.after ? after_words(change_) : "an error: there is no such key";
    return step;
  }

  Step operator()(const SetAccess& c) const {
    Step step;
    const auto path = cmd_path(c.path), folder = cmd_path(host::parent_of(c.path));
    if (c.is_key)
      step.words.emplace_back("No command of Windows does it: use the script of --emit ps1.");
    else if (!path || !folder)
      step.words.emplace_back(by_script);
    if (!step.words.empty()) return step;
    step.look = {fmt::format("icacls {} /save \"{}.acl\"", *path, file_)};
    step.undo = {fmt::format("icacls {} /restore \"{}.acl\"", *folder, file_)};
    step.check = "icacls " + *path;
    step.shows = "NETWORK SERVICE:(R)";
    if (!change_.before_known)
      step.commands = {fmt::format("icacls {} /grant *S-1-5-20:(R)", *path)};
    else if (!add_entries(step, c, *path)) {
      step = {};
      step.words.emplace_back("icacls can't say it: use the script of --emit ps1.");
    }
    return step;
  }

  Step operator()(const SetAside& c) const {
    Step step;
    const auto path = cmd_path(c.path), aside = cmd_path(c.path + ".rdpdoctor-aside");
    if (!path || !aside) {
      step.words.emplace_back(by_script);
      return step;
    }
    step.look = {"attrib " + *path};
    step.commands = {"attrib -s -h " + *path, fmt::format("move {} {}", *path, *aside)};
    step.undo = {fmt::format("move {} {}", *aside, *path), "attrib +s " + *path};
    step.check = "dir /a " + *path;
    step.shows = "File Not Found";
    step.words.emplace_back("attrib of the undo: only if the first command showed an S.");
    return step;
  }

  Step operator()(const ControlService& c) const {
    Step step;
    const auto name = cmd_line({c.name});
    if (!name) {
      step.words.emplace_back(by_script);
      return step;
    }
    const bool stops = c.action != host::ServiceAction::start;
    if (stops) step.commands.push_back(fmt::format("net stop {} /y", *name));
    if (c.action != host::ServiceAction::stop) step.commands.push_back("net start " + *name);
    if (stops) step.words.emplace_back("Services that are named as stopped with it: net start each again.");
    step.check = "sc.exe query " + *name;
    step.shows = c.action == host::ServiceAction::stop ? "STOPPED" : "RUNNING";
    return step;
  }

  Step operator()(const RunCommand& c) const {
    Step step;
    const auto run = cmd_line(c.command), back = cmd_line(c.undo);
    if (!run || !back) {
      step.words.emplace_back(by_script);
      return step;
    }
    step.commands = {*run};
    if (!c.undo.empty())
      step.undo = {*back};
    else
      step.words.emplace_back("It can't be taken back.");
    if (!c.destroys.empty()) step.words.push_back("Lost by it: " + printable(c.destroys, 1000));
    return step;
  }

 private:
  // What icacls calls the rights; "" for others, which it could say only in its own long form.
  static std::string_view rights_word(std::uint32_t mask) {
    switch (mask) {
      case formats::file_generic_read: return "R";
      case 0x1200A9: return "RX";
      case 0x1301BF: return "M";
      case formats::file_all_access: return "F";
      default: return "";
    }
  }
  static bool holds(const std::vector<formats::AccessEntry>& list, const formats::AccessEntry& entry) {
    return std::ranges::any_of(list, [&](const formats::AccessEntry& other) {
      return other.type == entry.type && other.mask == entry.mask && other.flags == entry.flags &&
             other.sid == entry.sid;
    });
  }
  static bool add_entries(Step& step, const SetAccess& c, const std::string& path) {
    const auto before = formats::decode_security_descriptor(c.before);
    const auto after = formats::decode_security_descriptor(c.after);
    if (!before || !after || !before->entries || !after->entries) return false;
    for (const auto& entry : *before->entries) {
      if (holds(*after->entries, entry)) continue;
      if (entry.type != 1 || entry.conditional) return false;
      step.commands.push_back(fmt::format("icacls {} /remove:d *{}", path, entry.sid));
    }
    for (const auto& entry : *after->entries) {
      if (holds(*before->entries, entry)) continue;
      const std::string_view rights = rights_word(entry.mask);
      if (entry.type != 0 || entry.flags != 0 || entry.conditional || rights.empty()) return false;
      step.commands.push_back(fmt::format("icacls {} /grant *{}:({})", path, entry.sid, rights));
      step.shows = fmt::format("{}:({})", formats::account_name(entry.sid), rights);
    }
    return !step.commands.empty();
  }

  const Change& change_;
  std::string file_;
};

std::string title_of(const Change& change) {
  if (!change.says.empty()) return change.says;
  return fmt::format("{} {}: {}", type_of(change), target_of(change), after_words(change));
}

}  // namespace

Step step_of(const Change& change, std::size_t number) {
  Step step = std::visit(Steps(change, number), change.what);
  step.title = printable(title_of(change), 1000);
  return step;
}

}  // namespace rdpdoctor::fixes::emit
