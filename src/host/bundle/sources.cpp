#include "host/bundle/sources.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/evtx.h"
#include "formats/hive.h"
#include "formats/icacls.h"
#include "formats/netstat.h"
#include "formats/reg_file.h"
#include "host/bundle/listing.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t sniffed = 4096;
constexpr std::size_t most_listing = 64U << 20U;
constexpr std::string_view log_ending = ".evtx";
constexpr std::uint64_t cost_of_value = 200;  // in memory, beside its name and data

std::string file_name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

// Endings that reg.exe's, icacls' and netstat's output, saved hives and event logs have. Traces, dumps and
// installers lie beside them, and can be large.
bool can_be_part(const std::string& name) {
  static constexpr std::array endings{".reg", ".txt", ".log",  ".out",  ".evtx",
                                      ".hiv", ".dat", ".hive", ".save", ".bak"};
  const std::string lowered = lower(name);
  return lowered == listing_name || !lowered.contains('.') ||
         std::ranges::any_of(endings, [&](const char* ending) { return lowered.ends_with(ending); });
}

bool note(BundleHost& host, const std::string& path, std::string_view what, std::string why) {
  host.add_note({std::string(what), path, HiveState::unreadable, std::move(why)});
  return false;
}

Result<formats::RegistryText> read_text(RandomSource& file, BundlePart part,
                                        const formats::RegistryTextSink& sink) {
  auto source = in_order(file);
  return part == BundlePart::registry_export ? formats::read_reg_file(*source, sink)
                                             : formats::read_reg_query(*source, sink);
}

// Twice: a file of changes that somebody means to make says nothing of the machine, and only its whole tells.
bool read_registry(BundleHost& host, const std::string& path, RandomSource& file, BundlePart part,
                   std::uint64_t& room) {
  constexpr std::string_view what = "registry export";
  formats::RegistryTextSink looking{
      [](const std::string&) { return true; },
      [](const std::string&, const formats::RegistryTextValue&) { return true; }};
  auto looked = read_text(file, part, looking);
  if (!looked) return note(host, path, what, to_text(looked.error()));
  if (looked->changes)
    return note(host, path, what, "it deletes keys or values: it is a change to make, not read");
  auto fits = [&](std::uint64_t bytes) {
    bool fit = bytes <= room;
    room -= fit ? bytes : room;
    return fit;
  };
  formats::RegistryTextSink taking{[&](const std::string& key) {
                                     if (!fits(key.size() + cost_of_value)) return false;
                                     host.parts().add_key(key);
                                     return true;
                                   },
                                   [&](const std::string& key, formats::RegistryTextValue value) {
                                     if (!fits(value.data.size() + 2 * value.name.size() + cost_of_value))
                                       return false;
                                     host.set(key, {std::move(value.name), value.type, std::move(value.data)},
                                              path);
                                     return true;
                                   }};
  auto read = read_text(file, part, taking);
  if (!read) return note(host, path, what, to_text(read.error()));
  for (const formats::RegistryTextPart& one : read->parts) {
    using enum formats::RegistryTextPart::Extent;
    if (one.extent == subtree) host.holds_key(one.key);
    if (one.extent == values) host.holds_values_of(one.key);
    if (!read->problem.empty() || read->by_hand) host.can_not_trust(one.key);
  }
  if (!read->problem.empty()) host.add_note({std::string(what), path, HiveState::damaged, read->problem});
  return true;
}

// The channel that its first records name; of a log without any that can be
// read, by the name that Windows gives the file: whoever reads the log tells its damage.
bool read_event_log(BundleHost& host, const std::string& path, RandomSource& file) {
  std::string channel;
  int chunks = 0;
  auto source = in_order(file);
  auto totals = formats::read_evtx(
      *source, {},
      [&](const formats::EventRecord& record) {
        if (channel.empty()) channel = record.channel;
      },
      [&] { return channel.empty() && ++chunks < 4; });
  std::string name = file_name_of(path);
  const bool named = lower(name).ends_with(log_ending);
  if (!totals && !named) return note(host, path, "event log", to_text(totals.error()));
  if (named) name.resize(name.size() - log_ending.size());
  for (std::size_t at = name.find("%4"); at != std::string::npos; at = name.find("%4"))
    name.replace(at, 2, "/");
  host.add_event_log(channel.empty() ? name : channel, path, equal_ignoring_case(channel, name));
  return true;
}

// Which hive it is, by what its root holds.
std::string hive_name(RandomSource& file, std::string& why) {
  auto hive = formats::Hive::open(file);
  if (!hive) {
    why = to_text(hive.error());
    return "";
  }
  auto has = [&](std::string_view name) {
    auto key = (*hive)->child((*hive)->root(), name);
    return key && key->has_value();
  };
  if (has("Select")) return "SYSTEM";
  if (has("Microsoft") && (has("Policies") || has("Classes"))) return "SOFTWARE";
  if (has("Policy")) return "SECURITY";
  return "";
}

bool read_hive(BundleHost& host, const std::string& path, RandomSource& file) {
  std::string why;
  const std::string name = hive_name(file, why);
  if (!why.empty()) return note(host, path, "hive", why);
  if (name.empty()) return false;  // a user's, SAM, BCD …
  host.add_hive(name, path);
  return true;
}

bool read_listing_file(BundleHost& host, const std::string& path, RandomSource& file) {
  auto source = in_order(file);
  auto bytes = read_all(*source, most_listing);
  if (!bytes) return note(host, path, "listing", to_text(bytes.error()));
  std::string why = read_listing({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, host);
  return why.empty() || note(host, path, "listing", std::move(why));
}

bool read_access_lists(BundleHost& host, const std::string& path, RandomSource& file) {
  auto source = in_order(file);
  auto files = formats::read_icacls(*source);
  if (!files) return note(host, path, "access lists", to_text(files.error()));
  for (formats::ListedAccess& one : *files) {
    auto known = host.parts().file(one.path);
    if (known.state != Presence::absent) continue;  // our own listing tells more
    host.size_not_known(one.path);
    host.parts().add_file(one.path, {.security = std::move(one.security)});
  }
  return !files->empty();
}

bool read_ports(BundleHost& host, const std::string& path, RandomSource& file) {
  if (host.listening().get()) return true;
  auto source = in_order(file);
  auto ports = formats::read_netstat(*source);
  if (!ports) return note(host, path, "ports", to_text(ports.error()));
  if (!*ports) return false;
  std::vector<Listening> out;
  for (formats::ListedPort& port : **ports)
    out.push_back({.protocol = std::move(port.protocol),
                   .address = std::move(port.address),
                   .port = port.port,
                   .process_id = port.process_id,
                   .program = std::move(port.program),
                   .service = std::move(port.service)});
  host.parts().set_listening(Reading<std::vector<Listening>>::present(std::move(out)));
  return true;
}

}  // namespace

BundlePart bundle_part(FileTree& tree, const std::string& path) {
  const std::string name = file_name_of(path);
  if (!can_be_part(name)) return BundlePart::none;
  if (equal_ignoring_case(name, listing_name)) return BundlePart::listing;
  auto file = tree.open(path);
  if (!file.get()) return BundlePart::none;
  Bytes first(std::min<std::uint64_t>(sniffed, file.value->size()));
  if (!file.value->read_at(0, first)) return BundlePart::none;
  if (8 <= first.size() && formats::is_evtx(first)) return BundlePart::event_log;
  if (formats::is_hive(first)) return BundlePart::hive;
  switch (formats::registry_text_kind(first)) {
    case formats::RegistryTextKind::export_file: return BundlePart::registry_export;
    case formats::RegistryTextKind::query: return BundlePart::registry_query;
    case formats::RegistryTextKind::none: break;
  }
  if (formats::is_icacls(first)) return BundlePart::access_lists;
  return formats::is_netstat(first) ? BundlePart::ports : BundlePart::none;
}

bool read_bundle_part(BundleHost& host, const std::string& path, BundlePart part, std::uint64_t& room) {
  auto file = host.tree().open(path);
  if (!file.get()) return note(host, path, "file", file.why.empty() ? "it is gone" : file.why);
  switch (part) {
    case BundlePart::registry_export:
    case BundlePart::registry_query: return read_registry(host, path, *file.value, part, room);
    case BundlePart::event_log: return read_event_log(host, path, *file.value);
    case BundlePart::hive: return read_hive(host, path, *file.value);
    case BundlePart::listing: return read_listing_file(host, path, *file.value);
    case BundlePart::access_lists: return read_access_lists(host, path, *file.value);
    case BundlePart::ports: return read_ports(host, path, *file.value);
    case BundlePart::none: return false;
  }
  return false;
}

}  // namespace rdpdoctor::host
