#include "analyze/sign_scanner.h"

#include <algorithm>
#include <map>
#include <utility>

#include "analyze/phrases.h"

namespace rdpdoctor::analyze {
namespace {

// Words that stand before the name of the host that a connection goes to.
constexpr std::string_view leads[] = {
    "connecting to",    "connected to",        "connect to",   "connection to", "find the computer",
    "remote computer:", "the rdp server",      "rdp server",   "/v:",           "full address:s:",
    "hostname",         "target host",         "remote host",  "server name",   "to connect to the server",
    "address for",      "connect to the host", "to the server"};
constexpr std::size_t most_leads = 8;
constexpr std::size_t longest_phrase = 128;

// One phrase may be a word of several alternatives.
struct Use {
  std::uint16_t alternative;
  std::uint16_t place;  // which of its words
};
struct Phrases {
  std::vector<std::string_view> texts;
  std::vector<std::vector<Use>> uses;
  std::vector<bool> is_lead;
  std::vector<const codes::Sign*> sign_of;  // by alternative
  std::vector<std::size_t> words_of;        // by alternative: how many
};

Phrases collect() {
  Phrases p;
  std::map<std::string_view, std::size_t> known;
  auto index = [&](std::string_view text) {
    auto [at, fresh] = known.try_emplace(text, p.texts.size());
    if (fresh) {
      p.texts.push_back(text);
      p.uses.emplace_back();
      p.is_lead.push_back(false);
    }
    return at->second;
  };
  for (const codes::Sign& sign : codes::all_signs()) {
    for (const auto& words : sign.words) {
      auto alternative = static_cast<std::uint16_t>(p.sign_of.size());
      p.sign_of.push_back(&sign);
      p.words_of.push_back(words.size());
      for (std::size_t i = 0; i < words.size(); ++i)
        p.uses[index(words[i])].push_back({alternative, static_cast<std::uint16_t>(i)});
    }
  }
  for (std::string_view lead : leads) p.is_lead[index(lead)] = true;
  // Later words first, so that one word of the text does not count as two of an alternative.
  for (auto& uses : p.uses) std::ranges::sort(uses, std::ranges::greater(), &Use::place);
  return p;
}

const Phrases& phrases() {
  static const Phrases all = collect();
  return all;
}
const PhraseTable& table() {
  static const PhraseTable made(phrases().texts);
  return made;
}

bool is_word(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v' || c == '\0';
}

// The typographic apostrophe and the no-break space, as dialogs and mail programs write them.
struct Plain {
  char c;
  std::size_t bytes;
};
Plain plain_at(std::string_view text, std::size_t at) {
  std::string_view rest = text.substr(at);
  if (rest.starts_with("\xE2\x80\x99") || rest.starts_with("\xE2\x80\x98")) return {'\'', 3};
  if (rest.starts_with("\xC2\xA0")) return {' ', 2};
  return {rest[0], 1};
}

}  // namespace

// ends[i]: the words up to the i-th have been seen, from `begin` to `end` (in characters compared, +1).
struct SignScanner::Chain {
  struct Reached {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  // 0: not yet
  };
  std::vector<Reached> reached;
};

SignScanner::SignScanner() : chains_(phrases().sign_of.size()) {
  for (std::size_t i = 0; i < chains_.size(); ++i) chains_[i].reached.resize(phrases().words_of[i]);
}
SignScanner::~SignScanner() = default;

void SignScanner::phrase_ended(std::size_t phrase, std::size_t offset) {
  const Phrases& all = phrases();
  std::size_t length = all.texts[phrase].size();
  // The end's edge was looked at by the caller; this is the beginning's.
  if (recent_.size() > length && is_word(recent_[recent_.size() - length - 1]) &&
      is_word(all.texts[phrase].front()))
    return;
  std::size_t word_begins = offset > length ? offset - length : 0;
  if (all.is_lead[phrase] && found_.after_leads.size() < most_leads) found_.after_leads.push_back(offset);
  std::uint64_t end = at_ + 1;
  std::uint64_t begin = end - length;
  for (const Use& use : all.uses[phrase]) {
    auto& reached = chains_[use.alternative].reached;
    if (use.place == 0) {
      reached[0] = {begin, end};
    } else {
      const auto& before = reached[use.place - 1U];
      bool near = before.end != 0 && before.begin >= from_ && before.end <= begin &&
                  end - before.begin <= codes::sign_reach;
      if (!near) continue;
      reached[use.place] = {before.begin, end};
    }
    if (use.place + 1U != reached.size() || reached[0].begin < from_) continue;
    const codes::Sign* sign = all.sign_of[use.alternative];
    if (std::ranges::find(found_.signs, sign, &SignHit::sign) == found_.signs.end())
      found_.signs.push_back({sign, word_begins});
    for (auto& r : reached) r = {};
  }
}

// `c` is the next character compared; a phrase ends before it where c and the phrase's last are not one word.
void SignScanner::feed(char c, std::size_t offset) {
  for (std::size_t phrase : table().ending(state_)) {
    char last = phrases().texts[phrase].back();
    if (!is_word(last) || !is_word(c)) phrase_ended(phrase, offset);
  }
  if (recent_.size() >= 2 * longest_phrase) recent_.erase(0, longest_phrase);
  recent_ += c;
  state_ = table().step(state_, c);
  ++at_;
}

LineSigns SignScanner::line(std::string_view text, Line kind) {
  found_ = {};
  if (kind == Line::of_a_log) from_ = at_ + 1;
  std::size_t at = 0;
  // "> " of a quoted mail, "* " and "| " of lists and tables.
  while (at < text.size() && (is_blank(text[at]) || text[at] == '>' || text[at] == '|' || text[at] == '*'))
    ++at;
  while (at < text.size()) {
    Plain plain = plain_at(text, at);
    bool blank = is_blank(plain.c);
    if (!blank || recent_.empty() || recent_.back() != ' ') feed(blank ? ' ' : plain.c, at);
    at += plain.bytes;
  }
  // The end of a line is a blank; what ends here is found here.
  if (recent_.empty() || recent_.back() != ' ') feed(' ', text.size());
  return std::exchange(found_, {});
}

}  // namespace rdpdoctor::analyze
