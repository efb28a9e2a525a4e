#include "cli/guide_questions.h"

#include <cstdio>

#include "analyze/complaint.h"
#include "analyze/text.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/complaint.h"
#include "cli/target.h"
#include "host/live/console.h"

namespace rdpdoctor::cli {
namespace {

constexpr std::size_t most_line = 4096;
constexpr int most_lines = 60;  // of what a client shows
constexpr int most_tries = 3;

std::optional<std::string> answer(const std::string& prompt) {
  print(prompt);
  std::fflush(stdout);
  auto line = host::read_line(most_line);
  if (!line) print("\n");
  return line;
}

// A path that was dragged into the window comes in quotes.
std::string without_quotes(std::string_view text) {
  text = trim(text);
  bool quoted = 2 <= text.size() && text.front() == '"' && text.back() == '"';
  return std::string(trim(quoted ? text.substr(1, text.size() - 2) : text));
}

bool is_rdp_file(const std::string& text) {
  return lower(text).ends_with(".rdp") || text.find_first_of("/\\") != std::string::npos;
}

// The shortest that can be told from a sentence: the whole answer is a code.
std::optional<evidence::Complaint> whole_code(const std::string& text) {
  auto complaint = complaint_from(text);
  return complaint ? std::optional(*complaint) : std::nullopt;
}

bool holds_code(const std::string& text) {
  for (const evidence::Told& told : analyze::read_text(text, "").told) {
    if (!told.family.empty()) return true;
  }
  return false;
}

// Until an empty line. The text of a dialog has one inside, before its code: there it takes a second one.
std::string pasted_text(std::string text) {
  bool empty_before = false;
  for (int i = 1; i < most_lines; ++i) {
    auto line = answer("> ");
    if (!line) break;
    bool empty = trim(*line).empty();
    if (empty && (empty_before || holds_code(text))) break;
    empty_before = empty;
    text += '\n';
    text += *line;
  }
  return text;
}

}  // namespace

std::optional<evidence::Target> ask_target() {
  for (int i = 0; i < most_tries; ++i) {
    auto line =
        answer("Which computer can't be reached? Its name, its address, or the path of an .rdp file: ");
    if (!line) break;
    std::string text = without_quotes(*line);
    if (text.empty()) {
      print("Such as srv-fin-02, 10.1.2.3 or C:\\Users\\anna\\Desktop\\work.rdp.\n");
      continue;
    }
    if (lower(text).starts_with("0x")) {
      print("That is a code; it is asked for next.\n");
      continue;
    }
    bool file = is_rdp_file(text);
    auto target = target_from(file ? "" : text, file ? text : "");
    if (target) return std::move(*target);
    print(to_text(target.error()) + "\n");
  }
  return std::nullopt;
}

Shown ask_shown() {
  print(
      "\nWhat did Remote Desktop show? A code such as 0x904/0x7, or its text as it stands there, and an "
      "empty\n"
      "line at its end. Nothing is fine, too.\n");
  auto first = answer("> ");
  if (!first || trim(*first).empty()) return {};
  std::string code(trim(*first));
  if (auto complaint = whole_code(code)) return {complaint, {}};
  evidence::CaseFile c;
  c.told = analyze::read_text(pasted_text(std::move(*first)), "what the client showed").told;
  if (c.told.empty()) print("No code and no words that are known here: the diagnosis goes on without.\n");
  return {analyze::complaint_of(c), std::move(c.told)};
}

bool ask_yes(const std::string& question) {
  auto line = answer(question + " (y/N) ");
  std::string text = line ? lower(trim(*line)) : "";
  return text == "y" || text == "yes";
}

}  // namespace rdpdoctor::cli
