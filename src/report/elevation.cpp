#include "report/elevation.h"

#include <algorithm>

#include "base/text.h"
#include "evidence/elevation.h"
#include "evidence/fields.h"
#include "fmt/core.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

// Walks the fields; a Fact tells where it stands, a bare Reading goes by its key.
class Collector {
 public:
  std::vector<std::string> out;

  template <class T>
  void operator()(const char* key, const T& v) {
    one(key, v);
  }

 private:
  void add(std::string_view name) {
    if (std::ranges::find(out, name) == out.end()) out.emplace_back(name);
  }
  template <class T>
  void take(std::string_view name, const Reading<T>& r) {
    if (r.state == Presence::unreadable && r.why.starts_with(evidence::needs_elevation)) add(name);
    one(name, r.value);
  }
  template <class T>
  void one(std::string_view key, const evidence::Fact<T>& f) {
    take(f.source.empty() ? key : f.source, f.is);
  }
  template <class T>
  void one(std::string_view key, const Reading<T>& r) {
    std::string words(key);
    std::ranges::replace(words, '_', ' ');
    take(words, r);
  }
  template <class T>
  void one(std::string_view key, const std::vector<T>& list) {
    for (const T& v : list) one(key, v);
  }
  template <class T>
  void one(std::string_view key, const std::optional<T>& v) {
    if (v) one(key, *v);
  }
  template <class S>
    requires std::is_aggregate_v<S> && (!std::is_same_v<S, Instant>)
  void one(std::string_view, const S& s) {
    evidence::fields(*this, s);
  }
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Instant> ||
             std::is_same_v<T, std::string>
  void one(std::string_view, const T&) {}
};

}  // namespace

std::vector<std::string> needing_elevation(const evidence::CaseFile& c) {
  Collector all;
  if (c.host) evidence::fields(all, *c.host);
  if (c.client) evidence::fields(all, *c.client);
  for (const evidence::SourceRead& read : c.sources)
    if (read.inspected && read.problem.starts_with(evidence::needs_elevation)) all.out.push_back(read.source);
  return std::move(all.out);
}

std::string elevation_lines(const evidence::CaseFile& c, const TerminalStyle& style) {
  const std::vector<std::string> names = needing_elevation(c);
  if (names.empty()) return "";
  std::string out =
      hanging("",
              fmt::format("{} {} elevation: run it as administrator", count_of(names.size(), "reading"),
                          names.size() == 1 ? "needs" : "need"),
              style.width);
  for (std::size_t i = 0; style.verbose && i < names.size(); ++i) out += hanging("  ", names[i], style.width);
  return out + "\n";
}

}  // namespace rdpdoctor::report
