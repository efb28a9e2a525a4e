#include "cli/help_format.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

namespace rdpdoctor::cli {
namespace {

class SteadyFormatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string out = CLI::Formatter::make_option_opts(option);
    const std::string label = " " + get_label("Excludes") + ":";
    const std::size_t at = out.find(label);
    if (at == std::string::npos) return out;
    std::vector<std::string> names;
    for (const CLI::Option* other : option->get_excludes()) names.push_back(other->get_name());
    std::ranges::sort(names);
    out.resize(at + label.size());
    for (const std::string& name : names) out.append(" ").append(name);
    return out;
  }
};

}  // namespace

void use_steady_help(CLI::App& app) {
  app.formatter(std::make_shared<SteadyFormatter>());
}

}  // namespace rdpdoctor::cli
