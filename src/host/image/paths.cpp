#include "host/image/paths.h"

#include <algorithm>
#include <deque>

#include "base/ascii.h"
#include "base/text.h"
#include "host/key_names.h"

namespace rdpdoctor::host {
namespace {

constexpr int most_links = 16;

std::deque<std::string> parts_of(std::string_view path) {
  std::deque<std::string> out;
  std::string part;
  for (char c : path) {
    if (c != '/' && c != '\\') {
      part += c;
    } else if (!part.empty()) {
      out.push_back(std::move(part));
      part.clear();
    }
  }
  if (!part.empty()) out.push_back(std::move(part));
  return out;
}

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

bool has_drive(std::string_view path) {
  return 2 <= path.size() && is_letter(path[0]) && path[1] == ':';
}

// "PROGRA~1", "ABCDEF~1.TXT": one that NTFS may have made beside the long name. [MS-FSCC] 2.1.5.2.1
bool is_short_name(std::string_view name) {
  const std::string_view base = name.substr(0, name.find('.'));
  const std::size_t tilde = base.rfind('~');
  if (8 < base.size() || tilde == std::string_view::npos || tilde + 1 == base.size()) return false;
  return std::ranges::all_of(base.substr(tilde + 1), is_digit);
}

Reading<std::string> unreadable(std::string why) {
  return Reading<std::string>::unreadable(std::move(why));
}

}  // namespace

// A path on its way: what is resolved, and what is still to be.
struct ImagePaths::Walk {
  std::string at;  // of the tree
  std::deque<std::string> left;
  int links = 0;
  std::string why;  // it can't go on
};

const Reading<std::vector<std::string>>& ImagePaths::names(const std::string& folder) {
  auto at = listed_.find(folder);
  if (at == listed_.end()) at = listed_.emplace(folder, tree_.names(folder)).first;
  return at->second;
}

// The exact name, else the first that differs in case alone.
Reading<ImagePaths::Found> ImagePaths::component(const std::string& folder, const std::string& name) {
  std::string path = joined(folder, name);
  auto info = tree_.info(path);
  if (info.state == Presence::unreadable)
    return Reading<Found>::unreadable(printable(path) + ": " + info.why);
  if (info.get()) return Reading<Found>::present({std::move(path), std::move(info.value)});
  return other_case(folder, name);
}

Reading<ImagePaths::Found> ImagePaths::other_case(const std::string& folder, const std::string& name) {
  const auto& list = names(folder);
  if (!list.get())
    return {list.state, {}, list.why.empty() ? "" : "its folder " + printable(folder) + ": " + list.why};
  auto at = std::ranges::find_if(list.value, [&](const std::string& n) { return same_name(n, name); });
  if (at == list.value.end()) {
    if (!is_short_name(name)) return Reading<Found>::absent();
    return Reading<Found>::unreadable(printable(name) + " is a short name, which this image does not tell");
  }
  std::string path = joined(folder, *at);
  auto info = tree_.info(path);
  if (!info.get()) return {info.state, {}, info.why};
  return Reading<Found>::present({std::move(path), std::move(info.value)});
}

// False when it leads nowhere inside.
bool ImagePaths::follow(Walk& walk, const std::string& link) {
  if (++walk.links > most_links) {
    walk.why = "too many links";
    return false;
  }
  if (link.empty() || link.starts_with(link_blocked)) {
    walk.why = link.empty() ? "it is a link that can't be read" : link.substr(link_blocked.size());
    return false;
  }
  const bool drive = has_drive(link);
  const bool here = drive && equal_ignoring_case(std::string_view(link).substr(0, 2), drive_);
  if (link.starts_with(link_outside) || (drive && !here)) {
    const std::string_view target =
        link.starts_with(link_outside) ? std::string_view(link).substr(link_outside.size()) : link;
    walk.why = "it leads to " + printable(target) + ", which is not in this image";
    return false;
  }
  if (here || link.starts_with('/') || link.starts_with('\\')) walk.at.clear();
  std::deque<std::string> parts = parts_of(here ? std::string_view(link).substr(2) : std::string_view(link));
  walk.left.insert(walk.left.begin(), parts.begin(), parts.end());
  return true;
}

Reading<std::string> ImagePaths::find_below_top(std::string_view path) {
  Walk walk{.at = "", .left = parts_of(path), .links = 0, .why = ""};
  while (!walk.left.empty()) {
    const std::string name = walk.left.front();
    walk.left.pop_front();
    if (name == ".") continue;
    if (name == "..") {
      // Above the top is the top, as with a volume's root.
      walk.at = walk.at.contains('/') ? walk.at.substr(0, walk.at.rfind('/')) : "";
      continue;
    }
    auto found = component(walk.at, name);
    if (!found.get()) return {found.state, {}, found.why};
    if (!found.value.info.is_link) {
      walk.at = std::move(found.value.path);
    } else if (!follow(walk, found.value.info.link)) {
      return unreadable(printable(found.value.path) + ": " + walk.why);
    }
  }
  return Reading<std::string>::present(std::move(walk.at));
}

Reading<std::string> ImagePaths::find(std::string_view path) {
  const bool drive = has_drive(path);
  if (drive && !equal_ignoring_case(path.substr(0, 2), drive_))
    return unreadable("drive " + std::string(path.substr(0, 2)) + " is not in this image");
  if (path.starts_with("\\\\")) return unreadable("it is on the network");
  if (!drive && !path.starts_with('\\')) return unreadable("'" + printable(path, 80) + "' is no full path");
  return find_below_top(drive ? path.substr(2) : path);
}

}  // namespace rdpdoctor::host
