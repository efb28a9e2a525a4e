#include "net/resolv_conf.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::net {
namespace {

std::vector<std::string> words_of_line(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t\r\f\v");
    if (begin == line.npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r\f\v"), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

void add_once(std::vector<std::string>& list, std::string one) {
  if (std::ranges::find(list, one) == list.end()) list.push_back(std::move(one));
}

}  // namespace

ResolvConf parse_resolv_conf(std::string_view text) {
  ResolvConf conf;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with('#') || line.starts_with(';')) continue;
    const std::vector<std::string> words = words_of_line(line);
    if (words.empty()) continue;
    if (words[0] == "nameserver" && 1 < words.size()) add_once(conf.servers, words[1]);
    if (words[0] != "search" && words[0] != "domain") continue;
    conf.names_suffixes = true;
    conf.search_list.clear();
    const std::size_t most = words[0] == "domain" ? std::min<std::size_t>(words.size(), 2) : words.size();
    for (std::size_t i = 1; i < most; ++i) {
      const std::string suffix = words[i].substr(0, words[i].find_last_not_of('.') + 1);
      if (!suffix.empty()) add_once(conf.search_list, suffix);  // "search ." says: none
    }
  }
  return conf;
}

}  // namespace rdpdoctor::net
