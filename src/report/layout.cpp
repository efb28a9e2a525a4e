#include "report/layout.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::report {

std::size_t columns(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t to_columns) {
  std::string out(text);
  if (std::size_t n = columns(text); n < to_columns) out.append(to_columns - n, ' ');
  return out;
}

std::string hanging(std::string_view lead, std::string_view text, std::size_t width) {
  std::string out(lead);
  std::size_t indent = columns(lead);
  std::size_t at = indent;
  bool first = true;
  for (std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    std::size_t w = columns(word);
    if (!first && at + 1 + w > width) {
      out += '\n';
      out.append(indent, ' ');
      at = indent;
      first = true;
    }
    if (!first) {
      out += ' ';
      ++at;
    }
    out += word;
    at += w;
    first = false;
  }
  out += '\n';
  return out;
}

Advice split_advice(std::string_view step) {
  static constexpr std::string_view mark = ":   ";
  std::size_t at = step.find(mark);
  if (at == std::string_view::npos) return {step, {}};
  return {step.substr(0, at + 1), step.substr(at + mark.size())};
}

std::string advice_step(std::string_view lead, std::string_view step, std::size_t width) {
  auto [words, command] = split_advice(step);
  std::string out = hanging(lead, words, width);
  if (!command.empty()) out += std::string(columns(lead) + 2, ' ') + std::string(command) + "\n";
  return out;
}

std::string inked(std::string_view text, Ink ink, const TerminalStyle& style) {
  if (!style.colour || ink == Ink::plain) return std::string(text);
  static constexpr std::string_view codes[] = {"", "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[1m"};
  return std::string(codes[static_cast<int>(ink)]) + std::string(text) + "\x1b[0m";
}

}  // namespace rdpdoctor::report
