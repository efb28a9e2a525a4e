// What `reg query` prints: a key at the line's beginning; its values four spaces in, name, type and data four
// spaces apart; with /s all keys below, without only their names.
#include <charconv>
#include <set>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/reg_file.h"
#include "formats/text_lines.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::string_view gap = "    ";

struct TypeName {
  std::string_view name;
  std::uint32_t type;
};
// [MS-RRP] 2.2.9, by reg.exe's names.
constexpr TypeName type_names[] = {{"REG_NONE", 0},   {"REG_SZ", 1},       {"REG_EXPAND_SZ", 2},
                                   {"REG_BINARY", 3}, {"REG_DWORD", 4},    {"REG_DWORD_BIG_ENDIAN", 5},
                                   {"REG_LINK", 6},   {"REG_MULTI_SZ", 7}, {"REG_QWORD", 11}};

template <class Integer>
std::optional<Integer> number(std::string_view text) {
  Integer value{};
  if (text.starts_with("0x")) text.remove_prefix(2);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "a\0b", as reg.exe separates the texts of a REG_MULTI_SZ.
Bytes multi_text(std::string_view text) {
  Bytes out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\\0"), text.size());
    const Bytes one = registry_text(text.substr(0, end));
    if (end != 0) out.insert(out.end(), one.begin(), one.end());
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  out.insert(out.end(), 2, 0);
  return out;
}

std::optional<Bytes> data_of(std::uint32_t type, std::string_view text) {
  switch (type) {
    case 1:
    case 2:
    case 6: return registry_text(text);
    case 7: return multi_text(text);
    case 4:
      if (auto n = number<std::uint32_t>(text)) return Writer().u32le(*n).take();
      return std::nullopt;
    case 5:
      if (auto n = number<std::uint32_t>(text)) return Writer().u32be(*n).take();
      return std::nullopt;
    case 11:
      if (auto n = number<std::uint64_t>(text))
        return Writer()
            .u32le(static_cast<std::uint32_t>(*n))
            .u32le(static_cast<std::uint32_t>(*n >> 32U))
            .take();
      return std::nullopt;
    default: return from_hex(text);
  }
}

std::optional<RegistryTextValue> value_of(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  line.remove_prefix(gap.size());
  const std::size_t at = line.find("    REG_");
  if (at == std::string_view::npos) return std::nullopt;
  RegistryTextValue out{.name = std::string(line.substr(0, at))};
  // The default value's name is translated; no language lacks the brackets.
  if (out.name.starts_with('(') && out.name.ends_with(')')) {
    bool is_default = out.name == "(Default)" || out.name == "(Standard)" || out.name == "(par défaut)";
    if (!is_default) return std::nullopt;
    out.name.clear();
  }
  line.remove_prefix(at + gap.size());
  const std::size_t end = std::min(line.find(gap), line.size());
  const std::string_view type = line.substr(0, end);
  line.remove_prefix(std::min(end + gap.size(), line.size()));
  for (const TypeName& known : type_names) {
    if (known.name != type) continue;
    out.type = known.type;
    auto data = data_of(known.type, line);
    if (!data) return std::nullopt;
    out.data = std::move(*data);
    return out;
  }
  return std::nullopt;
}

// One output of reg.exe. What it says of completeness is not written: it has to be seen from what it lists.
struct Block {
  RegistryTextPart part;
  std::set<std::string> keys;  // lower case
  std::uint64_t values_of_top = 0, values_below = 0;
  bool repeated = false;  // several outputs of overlapping keys

  void close() {
    using enum RegistryTextPart::Extent;
    part.extent = nothing;
    if (repeated) return;
    if (keys.size() == 1) {
      // A single value may be all that was asked for (/v).
      if (2 <= values_of_top) part.extent = subtree;
    } else {
      part.extent = 0 < values_below ? subtree : values;
    }
    keys.clear();
  }
};

class RegQuery {
 public:
  RegQuery(ByteSource& file, const RegistryTextSink& sink) : lines_(file), sink_(sink) {}

  Result<RegistryText> read() {
    std::string line;
    while (!stopped_ && lines_.next(line)) {
      ++number_;
      take(line);
    }
    close();
    if (lines_.error()) problem(to_text(*lines_.error()));
    if (out_.keys == 0)
      return std::unexpected(Error{"it is no output of reg query", ErrorKind::malformed, 0, "HKEY_…"});
    if (!out_.problem.empty())
      for (RegistryTextPart& part : out_.parts) part.extent = RegistryTextPart::Extent::nothing;
    return std::move(out_);
  }

 private:
  void problem(std::string_view what) {
    if (out_.problem.empty()) out_.problem = fmt::format("line {}: {}", number_, what);
  }
  void close() {
    if (block_.part.key.empty()) return;
    block_.close();
    out_.parts.push_back(std::move(block_.part));
    block_ = {};
  }

  void take(const std::string& line) {
    if (trim(line).empty()) return;
    if (line.starts_with("HKEY_")) return take_key(std::string(trim(line)));
    if (!line.starts_with(gap) || key_.empty()) return problem("neither a key nor a value");
    if (trim(line).ends_with("(value not set)")) return;  // of a default value
    auto value = value_of(line);
    if (!value) return problem("a value that can't be read");
    ++out_.values;
    ++(is_top() ? block_.values_of_top : block_.values_below);
    if (!sink_.value(key_, std::move(*value))) stop();
  }

  [[nodiscard]] bool is_top() const { return equal_ignoring_case(key_, block_.part.key); }

  void take_key(std::string key) {
    if (block_.part.key.empty() || !is_at_or_below(key, block_.part.key)) {
      close();
      block_.part.key = key;
    }
    key_ = std::move(key);
    block_.repeated |= !block_.keys.insert(lower(key_)).second;
    ++out_.keys;
    if (!sink_.key(key_)) stop();
  }
  void stop() {
    stopped_ = true;
    problem("the rest is not read: it holds too much");
  }

  TextLines lines_;
  const RegistryTextSink& sink_;
  RegistryText out_;
  Block block_;
  std::string key_;
  std::uint64_t number_ = 0;
  bool stopped_ = false;
};

}  // namespace

Result<RegistryText> read_reg_query(ByteSource& file, const RegistryTextSink& sink) {
  return RegQuery(file, sink).read();
}

}  // namespace rdpdoctor::formats
