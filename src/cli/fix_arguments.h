// What `rdpdoctor fix` was asked for, and the command lines that it prints for the next step.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "fixes/engine/fix.h"

namespace rdpdoctor::cli {

struct FixArguments {
  std::vector<std::string> fixes;
  std::string image, bundle;
  std::string diagnosis;
  std::string code;
  bool apply = false;
  bool resume = false;
  std::string emit;  // "ps1", "reg", "text"
  std::string out;
  bool accept_risk = false;
  std::string lasts;
  std::string server, address, interface, user;
  std::uint32_t mtu = 0;
  std::uint16_t port = 0;
  bool json = false;
  bool verbose = false;
  bool itself = false;  // the Windows that this runs on is meant: no other machine was given

  [[nodiscard]] bool has_machine() const { return itself || !image.empty() || !bundle.empty(); }
};

// Two wishes that exclude each other, or one that lacks what it is for.
[[nodiscard]] Result<void> check_wishes(const FixArguments& a);
[[nodiscard]] Result<fixes::Options> fix_options(const FixArguments& a);
// "90m", "2h": a minute to a week.
[[nodiscard]] Result<std::chrono::minutes> minutes_from(const std::string& text);

// In the order named, each once. An unknown one is an error that suggests near ones.
[[nodiscard]] Result<std::vector<const fixes::Fix*>> named_fixes(const std::vector<std::string>& ids);
[[nodiscard]] Result<const fixes::Fix*> named_fix(const std::string& id);

// "rdpdoctor fix …" with all that was given of machine and options, the fixes, and `more` at its end.
[[nodiscard]] std::string fix_command(const FixArguments& a, const std::vector<std::string>& ids,
                                      const std::string& more);
[[nodiscard]] std::string undo_command(const FixArguments& a, const std::string& run);

}  // namespace rdpdoctor::cli
