#include "collect/secrets.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "host/key_names.h"
#include "host/registry.h"

namespace rdpdoctor::collect {
namespace {

bool is_or_below(std::string_view path, std::string_view top) {
  return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '\\');
}

// "\name\" or "\name" at the end.
bool has_part(std::string_view path, std::string_view part) {
  for (std::size_t at = path.find(part); at != std::string_view::npos; at = path.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    const bool begins = at != 0 && path[at - 1] == '\\';
    if (begins && (end == path.size() || path[end] == '\\')) return true;
  }
  return false;
}

constexpr char16_t nul = 0, semicolon = ';', bracket = '[';

// Reads the units of a Registry.pol.
class PolicyReader {
 public:
  explicit PolicyReader(View file) : file_(file) {}

  // [MS-GPREG] 2.2.1: "[key NUL;value NUL;type;size;data]".
  Bytes names() {
    Writer out;
    out.bytes(file_.first(std::min<std::size_t>(file_.size(), header_bytes)));
    at_ = header_bytes / 2;
    while (at_ < units()) {
      if (unit(at_++) != bracket) continue;
      const std::size_t begin = at_;
      if (!text_and_semicolon() || !text_and_semicolon()) {
        at_ = begin;
        continue;
      }
      out.u16le(bracket).bytes(file_.subspan(2 * begin, 2 * (at_ - begin)));
      out.u16le(']');
      skip_data();
    }
    return out.take();
  }

 private:
  static constexpr std::size_t header_bytes = 8, longest_name = 16'384;

  [[nodiscard]] std::size_t units() const { return file_.size() / 2; }
  [[nodiscard]] char16_t unit(std::size_t i) const {
    return static_cast<char16_t>(file_[2 * i] | file_[2 * i + 1] << 8U);
  }
  [[nodiscard]] std::uint32_t number(std::size_t i) const {
    return unit(i) | static_cast<std::uint32_t>(unit(i + 1)) << 16U;
  }

  bool text_and_semicolon() {
    const std::size_t end = std::min(units(), at_ + longest_name);
    while (at_ < end && unit(at_) != nul) ++at_;
    if (end <= at_ + 1 || unit(at_ + 1) != semicolon) return false;
    at_ += 2;
    return true;
  }

  // Behind "type;size;" as many bytes as the size says, where they are there.
  void skip_data() {
    static constexpr std::size_t fields = 6;  // units
    if (units() < at_ + fields || unit(at_ + 2) != semicolon || unit(at_ + 5) != semicolon) return;
    const std::size_t size = (number(at_ + 3) + std::size_t{1}) / 2;
    if (size <= units() - at_ - fields) at_ += fields + size;
  }

  View file_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_secret_key(std::string_view key) {
  static constexpr std::array tops{R"(hklm\security\policy\secrets)", R"(hklm\security\cache)",
                                   R"(hklm\security\sam)", R"(hklm\sam)",
                                   R"(hklm\system\currentcontrolset\control\lsa\jd)"};
  const std::string normal = host::normal_key(key);
  if (std::ranges::any_of(tops, [&](std::string_view top) { return is_or_below(normal, top); })) return true;
  // A certificate store's keys, protected roots, and what IntelliForms and the like keep.
  return (has_part(normal, "systemcertificates") && has_part(normal, "keys")) ||
         has_part(normal, "protected storage system provider") || has_part(normal, "intelliforms");
}

bool is_secret_value(const host::RegistryValue& value) {
  const bool is_number = value.type == host::reg_dword || value.type == host::reg_qword ||
                         value.type == host::reg_dword_big_endian;
  const bool is_empty = std::ranges::all_of(value.data, [](std::uint8_t byte) { return byte == 0; });
  if (is_number || is_empty) return false;
  static constexpr std::array words{"password",   "passwd",     "passphrase",      "secret",
                                    "credential", "privatekey", "digitalproductid"};
  const std::string name = lower(value.name);
  return name == "pwd" || name.ends_with("key") ||
         std::ranges::any_of(words, [&](const char* word) { return name.contains(word); });
}

Kept kept_of(std::string_view path) {
  const std::string folded = host::folded(path);
  static constexpr std::array secret_folders{"crypto", "protect", "credentials",        "vault",
                                             "config", "keys",    "systemcertificates", "ngc"};
  if (std::ranges::any_of(secret_folders, [&](const char* part) { return has_part(folded, part); }))
    return Kept::nothing;
  const std::string name = host::last_part(folded);
  if (name == "ntuser.dat" || name == "usrclass.dat") return Kept::judgement;
  if (name.ends_with(".pol")) return Kept::names;
  if (host::parent_of(folded).ends_with(R"(\drivers\etc)")) return Kept::text;
  const bool of_windows = folded.contains(R"(\windows\)") || folded.contains(R"(\system32\)");
  const bool is_program = name.ends_with(".dll") || name.ends_with(".exe") || name.ends_with(".sys");
  return of_windows && is_program ? Kept::places_read : Kept::nothing;
}

Bytes names_alone(View policy_file) {
  return PolicyReader(policy_file).names();
}

}  // namespace rdpdoctor::collect
