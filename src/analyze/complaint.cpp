#include "analyze/complaint.h"

#include <set>

#include "codes/registry.h"
#include "evidence/client_attempts.h"

namespace rdpdoctor::analyze {

using evidence::CaseFile;
using evidence::Complaint;
using evidence::Told;

namespace {

std::optional<Complaint> told_by_texts(const CaseFile& c) {
  std::set<std::uint32_t> codes;
  const Told* told = nullptr;
  for (const Told& t : c.told) {
    bool of_a_client = t.family == "disconnect" || t.family == "gateway";
    // A number that stood where a client shows its code, and that nobody knows, explains nothing.
    if (!of_a_client || codes::find_code(t.family, t.value) == nullptr) continue;
    codes.insert(t.value);
    told = &t;
  }
  if (codes.size() != 1 || told == nullptr) return std::nullopt;
  Complaint out{*codes.begin(), std::nullopt};
  std::set<std::uint32_t> extended;
  for (const Told& t : c.told) {
    bool beside = t.source == told->source && (t.family == "extended" || t.family == "error-info");
    if (beside) extended.insert(t.value);
  }
  if (extended.size() == 1) out.extended = *extended.begin();
  return out;
}

}  // namespace

std::optional<Complaint> complaint_of(const CaseFile& c) {
  if (auto told = told_by_texts(c)) return told;
  std::optional<Complaint> last;
  for (const auto& attempt : evidence::client_attempts(c)) {
    bool known = attempt.failed() && codes::find_code("disconnect", *attempt.reason) != nullptr;
    if (known) last = Complaint{*attempt.reason, std::nullopt};
  }
  return last;
}

}  // namespace rdpdoctor::analyze
