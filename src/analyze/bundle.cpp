#include "analyze/bundle.h"

#include <algorithm>
#include <map>

#include "analyze/event_log.h"
#include "analyze/rdp_settings.h"
#include "analyze/text.h"
#include "base/text.h"
#include "evidence/json.h"
#include "fmt/core.h"
#include "formats/gzip.h"
#include "formats/zip.h"

namespace rdpdoctor::analyze {
namespace {

constexpr int most_gzip_layers = 2;
constexpr int most_archives = 2;                                // one inside another
constexpr std::size_t most_of_archive_in_memory = 256U << 20U;  // that can't be read at any place where it is
constexpr std::size_t most_of_case_file = 64U << 20U;
constexpr std::size_t most_of_rdp_file = 1U << 20U;

// Archives made to exhaust whoever unpacks them: members that share the same packed bytes, or an archive
// inside the archive that grows without end.
bool overlaps(const formats::ZipListing& listing, std::uint64_t archive_bytes, bool inside_another) {
  static constexpr std::uint64_t most_inside_another = std::uint64_t{16} << 30U;
  std::uint64_t packed = 0, unpacked = 0;
  for (const auto& member : listing.members) {
    if (member.packed > archive_bytes - packed) return true;
    packed += member.packed;
    unpacked += std::min(member.size, most_inside_another);
    if (inside_another && unpacked > most_inside_another) return true;
  }
  return false;
}

std::string without_gz(const std::string& name) {
  return lower(name).ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
}

}  // namespace

InputReader::InputReader(wire::TlsKeyLog& secrets, const CaptureOptions& options, ReadTick tick)
    : secrets_(secrets), options_(options), tick_(std::move(tick)) {}

void InputReader::read(const std::string& source, RandomSource& file) {
  take_one({source, source, true}, in_order(file), &file);
}

void InputReader::read(const std::string& source, std::unique_ptr<ByteSource> file) {
  take_one({source, source, true}, std::move(file), nullptr);
}

bool InputReader::read_found(const std::string& source, RandomSource& file) {
  return take_one({source, source, false}, in_order(file), &file);
}

void InputReader::held(const std::string& source, std::string_view kind, std::size_t files,
                       std::size_t read) {
  Piece whole;
  whole.read.source = source;
  whole.read.kind = kind;
  whole.read.records = files;
  whole.read.left_out = files - read;
  pieces_.push_back(std::move(whole));
}

Tick InputReader::tick_for(const Place& place) {
  return [this, name = place.source](std::uint64_t bytes, std::uint64_t total) {
    if (!stopped_ && tick_ && !tick_(name, bytes, total)) stopped_ = true;
    return !stopped_;
  };
}

bool InputReader::refuse(const Place& place, std::string why, bool broken) {
  not_read_.push_back({place.source, std::move(why), place.given, broken});
  return false;
}

bool InputReader::add(const Place& place, Result<Piece> piece) {
  if (!piece) return refuse(place, printable(to_text(piece.error()), 300), true);
  pieces_.push_back(std::move(*piece));
  return true;
}

bool InputReader::take_one(const Place& place, std::unique_ptr<ByteSource> stream, RandomSource* file) {
  if (!tick_for(place)(0, 0)) return false;
  Bytes first(kind_bytes);
  auto got = read_fully(*stream, first);
  if (!got) return refuse(place, printable(to_text(got.error()), 300), true);
  first.resize(*got);
  InputKind kind = kind_of(first, place.name);
  stream = put_back(std::move(first), std::move(stream));
  if (kind == InputKind::gzip) {
    if (place.unwrapped == most_gzip_layers) return refuse(place, "compressed more than twice over", true);
    Place inner = place;
    inner.name = without_gz(place.name);
    ++inner.unwrapped;
    return take_one(inner, formats::gunzip(std::move(stream)), nullptr);
  }
  if (kind == InputKind::zip) return take_zip(place, std::move(stream), file);
  if (!place.given && !worth_reading(kind, place.name))
    return refuse(place, why_not_read(kind, place.name), false);
  return take_kind(place, kind, std::move(stream));
}

bool InputReader::take_kind(const Place& place, InputKind kind, std::unique_ptr<ByteSource> stream) {
  switch (kind) {
    case InputKind::capture:
      return add(place, read_capture(std::move(stream), place.source, secrets_, options_, tick_for(place)));
    case InputKind::event_log:
    case InputKind::event_xml: return add(place, read_event_log(*stream, place.source, tick_for(place)));
    case InputKind::text: return add(place, read_text(*stream, place.source, tick_for(place)));
    case InputKind::rdp_file: return take_rdp_file(place, *stream);
    case InputKind::case_file: return take_case_file(place, *stream);
    default: return refuse(place, why_not_read(kind, place.name), false);
  }
}

bool InputReader::take_rdp_file(const Place& place, ByteSource& stream) {
  auto bytes = read_all(stream, most_of_rdp_file);
  if (!bytes) return refuse(place, printable(to_text(bytes.error()), 300), true);
  auto file = formats::read_rdp_file(*bytes);
  if (!file) return refuse(place, "not an .rdp file: " + printable(to_text(file.error()), 300), true);
  return add(place, settings_of(*file, place.source));
}

// One object, or one a line, as `analyze --json` prints them.
bool InputReader::take_case_file(const Place& place, ByteSource& stream) {
  auto bytes = read_all(stream, most_of_case_file);
  if (!bytes) return refuse(place, printable(to_text(bytes.error()), 300), true);
  std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  Piece piece;
  piece.read.source = place.source;
  piece.read.kind = "case file";
  if (auto whole = evidence::from_diagnosis_json(text)) {
    piece.cases.push_back(std::move(*whole));
    piece.read.records = 1;
    return add(place, std::move(piece));
  }
  for (std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    auto one = evidence::from_diagnosis_json(line);
    if (!one) {
      ++piece.read.damaged;
      if (piece.read.problem.empty()) piece.read.problem = printable(to_text(one.error()), 300);
      continue;
    }
    ++piece.read.records;
    piece.cases.push_back(std::move(*one));
  }
  if (piece.cases.empty()) return refuse(place, "not our JSON: " + piece.read.problem, true);
  return add(place, std::move(piece));
}

bool InputReader::take_zip(const Place& place, std::unique_ptr<ByteSource> stream, RandomSource* file) {
  if (place.archives == most_archives) return refuse(place, "an archive in an archive in an archive", false);
  std::unique_ptr<RandomSource> copy;
  if (!file) {
    auto bytes = read_all(*stream, most_of_archive_in_memory);
    if (!bytes) return refuse(place, printable(to_text(bytes.error()), 300), true);
    copy = random_of(std::move(*bytes));
    file = copy.get();
  }
  auto listing = formats::list_zip(*file);
  if (!listing) return refuse(place, printable(to_text(listing.error()), 300), true);
  for (const std::string& line : listing->left_out) refuse({place.source, "", place.given}, line, true);
  if (overlaps(*listing, file->size(), place.archives != 0))
    return refuse(place, "its members overlap, or unpack to far more than they can hold", true);
  std::vector<std::string> paths;
  for (const auto& member : listing->members) paths.push_back(member.name);
  std::vector<std::string> names = cited_names(paths);
  std::size_t read = 0;
  for (std::size_t i = 0; i < names.size() && !stopped_; ++i) {
    Place inner{place.source + "/" + printable(names[i]), paths[i], false, 0, place.archives + 1};
    auto member = formats::open_member(*file, listing->members[i]);
    bool taken = member ? take_one(inner, std::move(*member), nullptr)
                        : refuse(inner, printable(to_text(member.error()), 300), true);
    read += taken ? 1 : 0;
  }
  held(place.source, word(InputKind::zip), names.size() + listing->left_out.size(), read);
  return read != 0;
}

std::vector<std::string> cited_names(const std::vector<std::string>& paths) {
  std::map<std::string, int> times;
  for (const std::string& path : paths) ++times[base_name(path)];
  std::vector<std::string> out;
  for (const std::string& path : paths) out.push_back(times[base_name(path)] == 1 ? base_name(path) : path);
  return out;
}

bool tells_nothing(const Piece& p) {
  return p.connections.empty() && p.udp.empty() && p.events.empty() && p.event_counts.empty() &&
         p.told.empty() && p.rdp_settings.empty() && p.cases.empty();
}

}  // namespace rdpdoctor::analyze
