#include "fixes/engine/key_tree.h"

#include <algorithm>

#include "host/files.h"

namespace rdpdoctor::fixes {
namespace {

constexpr std::size_t most_keys = 1000;
constexpr std::size_t most_bytes = 4U << 20U;

class Walk {
 public:
  explicit Walk(host::Host& host) : host_(host) {}

  Reading<KeyTree> all(const std::string& key) {
    const auto top = host_.values(key);
    if (!top.get()) return {top.state, {}, top.why};
    add(key, "");
    if (!problem_.empty()) return Reading<KeyTree>::unreadable(problem_);
    return Reading<KeyTree>::present(std::move(tree_));
  }

 private:
  void add(const std::string& key, const std::string& path) {
    auto values = host_.values(key);
    auto names = host_.subkeys(key);
    if (!values.get() || !names.get()) {
      problem_ = values.get() ? names.why : values.why;
      if (problem_.empty()) problem_ = "it was gone while it was read";
      return;
    }
    auto& of_key = tree_.keys[path];
    for (auto& value : values.value) {
      bytes_ += value.data.size();
      of_key.push_back({std::move(value.name), {value.type, std::move(value.data)}});
    }
    std::ranges::sort(of_key, {}, &KeyTree::Value::name);
    if (most_keys < tree_.keys.size() || most_bytes < bytes_)
      problem_ = "there is more below it than is taken back";
    for (const auto& name : names.value) {
      if (!problem_.empty()) return;
      add(host::under(key, name), path.empty() ? name : host::under(path, name));
    }
  }

  host::Host& host_;
  KeyTree tree_;
  std::size_t bytes_ = 0;
  std::string problem_;
};

}  // namespace

Reading<KeyTree> key_tree(host::Host& host, const std::string& key) {
  return Walk(host).all(key);
}

}  // namespace rdpdoctor::fixes
