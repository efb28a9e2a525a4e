// The questions that judges ask of what was read of the machine that connects. All pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causes/engine/host_views.h"
#include "causes/engine/policy_views.h"

namespace rdpdoctor::causes {

using evidence::ClientFacts;
using evidence::FilterDropFacts;

// nullptr: the client was not looked at.
[[nodiscard]] const ClientFacts* client_of(const CaseFile& c);

// The verdict of a judge that needs the client and does not have it; and where the client was looked at and
// does not tell it: the code that it shows.
[[nodiscard]] Untested needs_client_look();
[[nodiscard]] Verdict needs_client_code(const CaseFile& c);

// A reading that names no place: what it is of, for people.
template <class T>
[[nodiscard]] bool unread(const Reading<T>& reading) {
  return reading.state == Presence::unreadable || reading.state == Presence::not_looked;
}
template <class T>
[[nodiscard]] Untested needs_reading_of(std::string_view what, const Reading<T>& reading) {
  return needs_reading(what, reading.state == Presence::unreadable ? reading.why : "not looked at");
}

// "22631.4460": 22631 and 4460. The second is none where it could not be read.
struct Build {
  std::uint32_t number = 0;
  std::optional<std::uint32_t> revision;
};
// Where the revision is not told, that of the newest cumulative update.
[[nodiscard]] std::optional<Build> build_of(const ClientFacts& client);

// The target is a name or address of the client's own: how it is, as an evidence line; none if it is not.
// That the name is another one although the address is the client's own is not asked here.
[[nodiscard]] std::optional<EvidenceLine> own_target(const CaseFile& c, const ClientFacts& client);
[[nodiscard]] bool is_loopback(std::string_view address);
// "SRV" is "srv.corp.example" of a client in that domain; a whole name of another domain is not.
[[nodiscard]] bool is_own_name(const ClientFacts& client, std::string_view name);

// The entries that mstsc reads for this target: TERMSRV/ and its name, short or whole, or its address.
[[nodiscard]] std::vector<const evidence::SavedCredentialFacts*> saved_for(const CaseFile& c,
                                                                           const ClientFacts& client);

// mstsc.exe, msrdc.exe or the Windows App's own.
[[nodiscard]] bool is_remote_desktop_client(std::string_view program);

// An outgoing TCP packet to the target's port, at one of its addresses, that was dropped here.
[[nodiscard]] bool is_of_target(const CaseFile& c, const FilterDropFacts& drop);
[[nodiscard]] bool during_the_probe(const CaseFile& c, const FilterDropFacts& drop);
[[nodiscard]] std::string drop_words(const FilterDropFacts& drop);

// The registered product that the drop's filter or program names; nullptr if none does.
[[nodiscard]] const evidence::SecurityProductFacts* product_of(const ClientFacts& client,
                                                               const FilterDropFacts& drop);
// Whether a text (a filter's name, a certificate's issuer) names the maker of a product: "ESET Security" and
// "CN=ESET SSL Filter CA". Words that many products have tell nothing.
[[nodiscard]] bool names_maker(std::string_view text, std::string_view product);
// Windows' own protection is registered everywhere, and filters no stream of Remote Desktop.
[[nodiscard]] bool is_windows_own(const evidence::SecurityProductFacts& product);

// What Schannel does with a version as a client. [Microsoft, "Protocols in TLS/SSL (Schannel SSP)"]
[[nodiscard]] Protocol client_protocol_of(const ClientFacts& client, std::string_view version);  // "TLS 1.2"

// This system's own TLS against the address under test, and OpenSSL's handshakes that it stands beside.
[[nodiscard]] Connections system_handshakes(const CaseFile& c);
[[nodiscard]] Connections openssl_handshakes(const CaseFile& c);

// The connection ended, or fell silent, without a word of the host's: FIN, RST, silence where an answer was
// due.
[[nodiscard]] bool cut_without_a_word(const CaseFile& c);

}  // namespace rdpdoctor::causes
