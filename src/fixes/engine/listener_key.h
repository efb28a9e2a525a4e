// The certificate that the listener uses and the file of its private key, as fixes need them: read from the
// machine; where none is at hand, from what an inspection of it told.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "evidence/certificate.h"
#include "fixes/engine/listener_keys.h"
#include "fixes/engine/planner.h"

namespace rdpdoctor::fixes {

inline constexpr std::string_view own_store_entries =
    R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\Remote Desktop\Certificates)";

struct ListenerKey {
  bool pinned = false;  // chosen by SSLCertificateSHA1Hash, which wins over Remote Desktop's own
  std::string entry;    // the certificate's key in its store; "": there is only the key's file, left over
  std::optional<evidence::Certificate> certificate;  // nullopt: left over, or damaged
  std::string container;                             // "TSSecKeySet1"; "" the certificate has no private key
  std::string file;  // of the key, by the name that Windows looks for; "" not known
  bool file_there = false;
  std::uint64_t size = 0;
};

// nullopt: the listener has none (Windows makes one when the service starts), or the plan is refused since
// something can't be read.
[[nodiscard]] std::optional<ListenerKey> listener_key(Planner& p);
// SSLCertificateSHA1Hash names a certificate, whether or not the store has it.
[[nodiscard]] bool chooses_certificate(Planner& p);
// Where a certificate's key may stand: in the machine's own store, in a policy's and in the enterprise's,
// which count as one store.
[[nodiscard]] std::array<std::string, 3> certificate_entries(std::string_view store,
                                                             std::string_view thumbprint);
[[nodiscard]] std::string thumbprint_of(View hash);  // "AF3E25…", as such keys are called
// One of the nine containers that Remote Desktop makes for its own certificate.
[[nodiscard]] bool is_remote_desktop_container(std::string_view name);

// "Remote Desktop's own certificate CN=SRV", "the chosen certificate CN=…".
[[nodiscard]] std::string certificate_words(const ListenerKey& key);

}  // namespace rdpdoctor::fixes
