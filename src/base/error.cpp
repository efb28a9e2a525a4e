#include "base/error.h"

namespace rdpdoctor {
namespace {

std::string_view word(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return "";
    case ErrorKind::not_permitted: return "not permitted";
    case ErrorKind::not_found: return "not found";
    case ErrorKind::io: return "failed";
    case ErrorKind::malformed: return "malformed";
    case ErrorKind::bug: return "a fault in rdpdoctor itself, please report it";
  }
  return "";
}

}  // namespace

std::string to_text(const Error& error) {
  std::string out = error.doing;
  if (std::string_view w = word(error.kind); !w.empty()) out.append(": ").append(w);
  if (error.os_code != 0) out.append(" (").append(std::to_string(error.os_code)).append(")");
  if (!error.expected.empty()) out.append("; expected ").append(error.expected);
  return out;
}

std::string to_text(const DecodeError& error) {
  return std::string(error.field) + " at byte " + std::to_string(error.offset) + ": " +
         std::string(error.reason);
}

}  // namespace rdpdoctor
