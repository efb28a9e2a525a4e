#include "analyze/text.h"

#include <algorithm>
#include <deque>
#include <map>

#include "analyze/sign_scanner.h"
#include "analyze/text_codes.h"
#include "analyze/text_hosts.h"
#include "analyze/text_lines.h"
#include "base/text.h"

namespace rdpdoctor::analyze {
namespace {

using evidence::Told;

constexpr std::size_t most_told = 1000;
constexpr std::size_t most_of_one = 50;  // times that one code or sign is kept: the newest
constexpr std::size_t most_words = 160;  // bytes
constexpr std::size_t step = 64 * 1024;

// What stands around `at`, cut between words where there are any.
std::string words_around(std::string_view line, std::size_t at) {
  line = trim(line);
  if (line.size() <= most_words) return printable(line, most_words);
  std::size_t begin = at > most_words / 2 ? at - most_words / 2 : 0;
  begin = std::min(begin, line.size() - most_words);
  std::size_t end = begin + most_words;
  if (begin > 0) begin = std::min(line.find(' ', begin), begin + most_words / 4);
  if (end < line.size()) end = std::max(std::min(line.rfind(' ', end), end), end - most_words / 4);
  auto inside = [&](std::size_t i) { return i < line.size() && (line[i] & 0xC0) == 0x80; };
  while (inside(begin)) ++begin;
  while (end > begin && inside(end)) --end;
  return printable(trim(line.substr(begin, end - begin)), most_words);
}

// Without the colours that programs print for a terminal (ECMA-48 5.4: ESC [ … letter).
std::string without_colours(std::string_view line) {
  std::string out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line.substr(at).starts_with("\x1b[")) {
      at = line.find_first_not_of("0123456789;?", at + 2);
      if (at == line.npos) break;
      continue;
    }
    out += line[at];
  }
  return out;
}

class Scan {
 public:
  explicit Scan(const std::string& source) { piece_.read.source = source; }

  void line(std::uint64_t number, std::string_view raw) {
    bool coloured = raw.find('\x1b') != raw.npos;
    std::string plain = coloured ? without_colours(raw) : std::string();
    std::string_view text = coloured ? std::string_view(plain) : raw;
    bool of_a_log = begins_as_log(text);
    if (number != last_number_) (of_a_log ? log_lines_ : other_lines_) += 1;
    last_number_ = number;
    std::optional<Instant> at = of_a_log ? instant_at(text) : std::nullopt;
    if (at) note_time(*at);
    LineSigns signs = signs_.line(text, of_a_log ? SignScanner::Line::of_a_log : SignScanner::Line::goes_on);
    for (std::size_t lead : signs.after_leads) {
      if (std::string host = host_at(text.substr(std::min(lead, text.size()))); !host.empty()) host_ = host;
    }
    Told told{.source = piece_.read.source, .line = number, .about = host_, .at = at};
    LineOfText here{.text = text, .of_a_log = of_a_log};
    if (!of_a_log) {
      here.before = before_;
      here.after_main = after_main_;
    }
    auto codes = codes_in(here);
    for (const CodeHit& code : codes) {
      told.family = code.family;
      told.value = code.value;
      keep(told, text, code.at);
    }
    told.family.clear();
    told.value = 0;
    for (const SignHit& hit : signs.signs) {
      told.sign = hit.sign->id;
      keep(told, text, hit.at);
    }
    std::string_view end = trim(text);
    if (!end.empty()) after_main_ = !codes.empty() && is_main_family(codes.back().family);
    if (!end.empty()) before_ = end.substr(end.size() - std::min<std::size_t>(end.size(), 40));
  }

  Piece done(std::uint64_t lines) {
    for (auto& [key, told] : kept_)
      piece_.told.insert(piece_.told.end(), std::make_move_iterator(told.begin()),
                         std::make_move_iterator(told.end()));
    std::ranges::stable_sort(piece_.told, {}, &Told::line);
    if (piece_.told.size() > most_told) {
      auto surplus = piece_.told.size() - most_told;
      piece_.told.erase(piece_.told.begin(), piece_.told.begin() + static_cast<std::ptrdiff_t>(surplus));
      piece_.read.left_out += surplus;
    }
    piece_.read.records = lines;
    piece_.read.kind = log_lines_ > other_lines_ ? "client log" : "text";
    return std::move(piece_);
  }

 private:
  struct Key {
    std::string family;
    std::uint32_t value;
    std::string sign;
    auto operator<=>(const Key&) const = default;
  };

  void keep(const Told& told, std::string_view text, std::size_t at) {
    Key key{told.family, told.value, told.sign};
    auto found = kept_.find(key);
    if (found == kept_.end()) {
      // So many different codes are none: random numbers.
      if (kept_.size() == most_told) {
        ++piece_.read.left_out;
        return;
      }
      found = kept_.try_emplace(std::move(key)).first;
    }
    auto& same = found->second;
    if (!same.empty() && same.back().line == told.line) return;  // pieces of one long line
    if (same.size() == most_of_one) {
      same.pop_front();
      ++piece_.read.left_out;
    }
    same.push_back(told);
    same.back().words = words_around(text, at);
  }

  void note_time(Instant at) {
    piece_.read.first = std::min(piece_.read.first.value_or(at), at);
    piece_.read.last = std::max(piece_.read.last.value_or(at), at);
  }

  Piece piece_;
  SignScanner signs_;
  std::map<Key, std::deque<Told>> kept_;
  std::string host_;         // the last one that the text named
  std::string before_;       // the end of the last line that was not empty
  bool after_main_ = false;  // and whether it ended with a client's main code
  std::uint64_t log_lines_ = 0;
  std::uint64_t other_lines_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace

Result<Piece> read_text(ByteSource& file, const std::string& source, const Tick& tick) {
  Scan scan(source);
  TextLines lines([&](std::uint64_t number, std::string_view line) { scan.line(number, line); });
  Bytes buffer(step);
  std::string problem;
  bool stopped = false;
  std::uint64_t read = 0;
  while (!stopped) {
    auto n = file.read(buffer);
    if (!n && read == 0) return std::unexpected(n.error());
    if (!n) problem = "after byte " + std::to_string(read) + ": " + to_text(n.error());
    if (!n || *n == 0) break;
    read += *n;
    lines.bytes(View(buffer).first(*n));
    stopped = tick && !tick(file.consumed(), file.total().value_or(0));
  }
  lines.end();
  Piece piece = scan.done(lines.lines());
  if (!problem.empty()) piece.read.damaged = 1;
  if (stopped) problem = "stopped after byte " + std::to_string(read);
  piece.read.problem = problem;
  return piece;
}

Piece read_text(std::string_view text, const std::string& source) {
  auto bytes = over({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  auto piece = read_text(*bytes, source);
  return piece ? std::move(*piece) : Piece{};
}

}  // namespace rdpdoctor::analyze
