#include "report/redact.h"

namespace rdpdoctor::report {
void Redactor::redact(evidence::CaseFile&) {}
}  // namespace rdpdoctor::report
