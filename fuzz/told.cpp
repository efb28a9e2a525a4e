// A client's log or a pasted text: codes, signs, hosts and times in it; and an .rdp file's settings as
// evidence.
#include <algorithm>

#include "analyze/rdp_settings.h"
#include "analyze/text.h"
#include "codes/registry.h"
#include "codes/signs.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

void check(const evidence::Told& told, std::uint64_t lines) {
  expects(1 <= told.line && told.line <= lines);
  expects(is_printable(told.words) && is_printable(told.about));
  expects(told.sign.empty() || (codes::find_sign(told.sign) != nullptr && told.family.empty()));
  expects(told.family.empty() || codes::find_family(told.family) != nullptr);
}

}  // namespace

void run(View bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  auto piece = analyze::read_text(text, "text");
  expects(piece.told.size() <= 1000);
  for (const auto& told : piece.told) check(told, piece.read.records);
  if (auto file = formats::read_rdp_file(bytes)) {
    for (const auto& setting : analyze::settings_of(*file, "file").rdp_settings)
      expects(is_printable(setting.name) && is_printable(setting.value));
  }
}

}  // namespace rdpdoctor::fuzz
