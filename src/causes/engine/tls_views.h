// The questions about ClientHellos, and what became of them, that several judges ask. All pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "causes/engine/views.h"

namespace rdpdoctor::causes {

enum class Fate {
  answered,  // a ServerHello came
  cut,       // FIN, RST or an alert came instead
  silent,    // nothing came
  unclear,   // something that is not TLS, or our own side gave up
};
[[nodiscard]] Fate fate(const Connection& c);

// ClientHellos sent in one piece to the address under test, whoever sent them; the split one, the control,
// those without the name that was asked for, and those of other sizes are experiments of their own.
[[nodiscard]] Connections whole_hellos(const CaseFile& c);
[[nodiscard]] Connections with_fate(const Connections& list, Fate wanted);
[[nodiscard]] const Connection* hello(const CaseFile& c,
                                      std::string_view offer);  // "modern", …; nullptr if not made
[[nodiscard]] bool hello_met(const CaseFile& c, std::string_view offer, Fate wanted);

// One offer of TLS 1.0 to 1.3 with everything a Windows host could want was among them.
[[nodiscard]] bool widest_offered(const Connections& list);
// The highest version in a ServerHello; none if no answer tells it.
[[nodiscard]] std::optional<std::uint32_t> highest_version(const Connections& answered);
// Every one ended by an alert with one of these descriptions (RFC 8446 6).
[[nodiscard]] bool all_ended_by_alert(const Connections& list,
                                      std::initializer_list<std::uint32_t> descriptions);
[[nodiscard]] bool ended_without_word(const Connection& c);  // FIN or RST, no alert

[[nodiscard]] std::string endings(const Connections& list);      // "RST, 9 of 9"; "6 RST, 3 FIN"
[[nodiscard]] std::string version_words(std::uint32_t version);  // "TLS 1.2"; "0x0305"

// Whole ClientHellos of one offer, repeats ("hello modern again") included.
[[nodiscard]] Connections of_offer(const Connections& hellos, std::string_view offer);

// Every whole handshake was ended after the ServerHello had come: those handshakes, else none.
[[nodiscard]] Connections ended_after_server_hello(const Connections& hellos);
// FIN or RST in the middle of the ServerHello.
[[nodiscard]] Connections ended_inside_server_hello(const Connections& hellos);

// The host ends every ClientHello by alerts, but not by the same one: they differ among offers that hold
// current versions, or what is no ClientHello gets alert 10. So its TLS is alive and reads what it is sent.
[[nodiscard]] bool answers_vary(const CaseFile& c, const Connections& hellos);
// The same, and it refuses what is offered instead of failing inside (alert 80).
[[nodiscard]] bool weighs_offers(const CaseFile& c, const Connections& hellos);

// Why nothing can be said when no ClientHello was sent: no TLS was chosen, or the connection ended before.
[[nodiscard]] Verdict no_hello_sent(const CaseFile& c);

}  // namespace rdpdoctor::causes
