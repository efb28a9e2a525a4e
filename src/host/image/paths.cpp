#include "host/image/paths.h"

#include <algorithm>
#include <deque>

#include "base/ascii.h"
#include "base/text.h"

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

// The name as the volume has it: the exact one, else the first that differs in case alone.
Reading<std::string> ImagePaths::component(const std::string& folder, std::string_view name) {
  const auto& list = names(folder);
  if (!list.get())
    return {list.state, {}, list.why.empty() ? "" : "its folder " + printable(folder) + ": " + list.why};
  if (std::ranges::binary_search(list.value, name)) return Reading<std::string>::present(std::string(name));
  auto at =
      std::ranges::find_if(list.value, [&](const std::string& n) { return equal_ignoring_case(n, name); });
  if (at == list.value.end()) return Reading<std::string>::absent();
  return Reading<std::string>::present(*at);
}

// False when it leads nowhere inside.
bool ImagePaths::follow(Walk& walk, const std::string& link) {
  const std::string shown =
      printable(link.starts_with(link_outside) ? link.substr(link_outside.size()) : link);
  if (++walk.links > most_links) {
    walk.why = "too many links";
    return false;
  }
  bool drive = 2 <= link.size() && is_letter(link[0]) && link[1] == ':';
  bool here = drive && equal_ignoring_case(std::string_view(link).substr(0, 2), drive_);
  if (link.empty() || link.starts_with(link_outside) || (drive && !here)) {
    walk.why = link.empty() ? "it is a reparse point that can't be followed"
                            : "it leads to " + shown + ", which is not in this image";
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
    auto real = component(walk.at, name);
    if (!real.get()) return real;
    const std::string next = joined(walk.at, real.value);
    auto info = tree_.info(next);
    if (info.state == Presence::unreadable) return unreadable(info.why);
    if (!info.get()) return Reading<std::string>::absent();
    if (!info.value.is_link) {
      walk.at = next;
    } else if (!follow(walk, info.value.link)) {
      return unreadable(printable(next) + ": " + walk.why);
    }
  }
  return Reading<std::string>::present(std::move(walk.at));
}

Reading<std::string> ImagePaths::find(std::string_view path) {
  bool drive = 2 <= path.size() && is_letter(path[0]) && path[1] == ':';
  if (drive && !equal_ignoring_case(path.substr(0, 2), drive_))
    return unreadable("drive " + std::string(path.substr(0, 2)) + " is not in this image");
  if (path.starts_with("\\\\")) return unreadable("it is on the network");
  if (!drive && !path.starts_with('\\')) return unreadable("'" + printable(path, 80) + "' is no full path");
  return find_below_top(drive ? path.substr(2) : path);
}

}  // namespace rdpdoctor::host
