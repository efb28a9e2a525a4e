#include "cli/target.h"

#include <cstdio>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "formats/rdp_file.h"

namespace rdpdoctor::cli {
namespace {

Result<formats::RdpTarget> target_from_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return std::unexpected(Error{"open " + printable(path), ErrorKind::usage, 0, "a readable .rdp file"});
  Bytes bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto file = formats::read_rdp_file(bytes);
  if (!file) {
    return std::unexpected(Error{printable(path) + " is not an .rdp file: " + to_text(file.error()),
                                 ErrorKind::usage, 0, "lines such as full address:s:HOST"});
  }
  for (const auto& bad : file->bad_lines) {
    std::fprintf(stderr, "rdpdoctor: %s line %zu is not a setting: %s\n", printable(path).c_str(), bad.number,
                 bad.text.c_str());
  }
  auto note = [&](const std::string& text) { std::fprintf(stderr, "rdpdoctor: %s\n", text.c_str()); };
  if (auto gateway = file->gateway()) {
    note("the file goes by the RD Gateway " + printable(*gateway) +
         (file->number("gatewayusagemethod") == 1 ? "" : " where the host is not reached directly") +
         ": a client that uses it does not connect to the host itself, which is what is probed from here");
  }
  if (file->number("enablecredsspsupport") == 0)
    note(
        "the file switches NLA off (enablecredsspsupport:i:0): a host that demands NLA refuses a client that "
        "uses it");
  return formats::target_of(*file);
}

}  // namespace

bool is_numeric(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

Result<evidence::Target> target_from(const std::string& host, const std::string& rdp_file) {
  if (host.empty() == rdp_file.empty()) {
    return std::unexpected(
        Error{"no host to diagnose", ErrorKind::usage, 0, "either HOST[:PORT] or --rdp FILE"});
  }
  auto target = rdp_file.empty() ? formats::parse_target(host) : target_from_file(rdp_file);
  if (!target) return std::unexpected(target.error());
  return evidence::Target{.asked = rdp_file.empty() ? host : rdp_file,
                          .host = target->host,
                          .port = target->port,
                          .is_address = is_numeric(target->host)};
}

std::string plain_number_problem(const std::string& text) {
  bool plain = text.find_first_not_of("0123456789.") == std::string::npos;
  return plain ? "" : "expected a plain number of seconds";
}

}  // namespace rdpdoctor::cli
