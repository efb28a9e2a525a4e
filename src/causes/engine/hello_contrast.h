// What tells the ClientHellos that are answered from those that are not, when the standard one never is. All
// pure.
#pragma once

#include <optional>
#include <string>

#include "causes/engine/tls_views.h"

namespace rdpdoctor::causes {

enum class ContrastBy { version, signatures, suites, size, unclear };

struct HelloContrast {
  ContrastBy by = ContrastBy::unclear;
  Connections answered;
  Connections failed;  // the standard ones among them
  std::string pass;    // "ClientHellos that offer nothing newer than TLS 1.2"
  std::string fail;    // "those that offer TLS 1.3"
};
// None unless "standard" failed on its ClientHello every time and other offers were answered every time.
[[nodiscard]] std::optional<HelloContrast> hello_contrast(const CaseFile& c);

// The reverse: "standard" passes every time, and every other offer, all of another size, gets FIN or RST.
[[nodiscard]] std::optional<HelloContrast> standard_alone_passes(const CaseFile& c);

// "Only ClientHellos … are answered; those … are cut." and the two lines of evidence that show it.
[[nodiscard]] std::string contrast_headline(const HelloContrast& contrast);
[[nodiscard]] std::vector<EvidenceLine> contrast_lines(const CaseFile& c, const HelloContrast& contrast);

}  // namespace rdpdoctor::causes
