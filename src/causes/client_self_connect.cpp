// Judges whether the target is the client itself: by its addresses and names, and by what the machine that
// answers calls itself.
#include "base/text.h"
#include "causes/engine/client_views.h"
#include "causes/engine/name_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

constexpr std::uint16_t own_port = 3389;

// The machine that answers tells the client's own computer name over NTLM.
bool answers_by_own_name(const ClientFacts& client, const Identity& who) {
  return !who.by_ntlm.empty() && is_own_name(client, who.by_ntlm);
}

// The code for a console that is asked to show itself.
bool shows_it(const CaseFile& c) {
  return c.complaint && c.complaint->code == 0x708;
}

// On another port there is a tunnel as a rule, whose far end is another machine.
bool may_be_a_tunnel(const CaseFile& c) {
  return c.target.port != own_port;
}

Found found_self(const CaseFile& c, const ClientFacts& client, EvidenceLine line, Certainty certainty) {
  // A connection that fails before the session does so for a reason of its own.
  const auto failing = failing_stage(c);
  Found found{certainty, {std::move(line)}, !failing || *failing == Stage::session, ""};
  const std::string* own = client.computer_name.get();
  if (own && !own->empty())
    found.headline = fmt::format("The target is the client itself, {}.", printable(*own, 64));
  return found;
}

// By its name alone: a forwarding may lead back here, or another machine has the same name.
Found found_by_name(const CaseFile& c, const ClientFacts& client, const Identity& who,
                    std::optional<EvidenceLine> own) {
  Found found =
      found_self(c, client,
                 {source("nla", who.where),
                  fmt::format("the machine that answers calls itself {} by NTLM, as the client does",
                              printable(who.by_ntlm, 64))},
                 Certainty::proven);
  if (own) {
    found.evidence.push_back(std::move(*own));
    return found;
  }
  found.certainty = shows_it(c) ? Certainty::likely : Certainty::possible;
  found.explains = found.explains && shows_it(c);
  found.headline =
      shows_it(c) ? "" : "What answers has the client's own name: it is the client, or a namesake.";
  return found;
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  const Identity who = identity_of(standards(c));
  auto own = own_target(c, *client);
  if (answers_by_own_name(*client, who)) return found_by_name(c, *client, who, std::move(own));
  const std::string* name = client->computer_name.get();
  const bool namesake = name && !who.by_ntlm.empty() && names_match(who.by_ntlm, *name);
  if (namesake && unreadable(client->domain)) return needs_reading(client->domain);
  if (name && !who.by_ntlm.empty())
    return excluded(fmt::format("the machine that answers calls itself {}, and the client is {}",
                                printable(who.by_ntlm, 64), printable(*name, 64)));
  if (own && !may_be_a_tunnel(c)) return found_self(c, *client, std::move(*own), Certainty::likely);
  if (own) return needs(fmt::format("the name of the machine behind port {} of the client", c.target.port));
  if (unreadable(client->computer_name)) return needs_reading(client->computer_name);
  return excluded("the target is none of the client's own names and addresses");
}

}  // namespace

Cause client_self_connect() {
  return {
      .id = "client-self-connect",
      .title = "The target is the client itself.",
      .stage = Stage::session,
      .machine = Machine::client,
      .explanation =
          "The name or address leads back to the machine that the client runs on, by localhost, a hosts "
          "entry, a port forwarding or an old address. Windows refuses a session from a machine to its own "
          "console.",
      .tell_apart = "The computer name that the host tells over NTLM is the client's own.",
      .advice = {"On the client, compare with the host's name in the report:   hostname",
                 "On the client: look into C:\\Windows\\System32\\drivers\\etc\\hosts, and use the host's "
                 "real address.",
                 "With a tunnel on the client itself: use its local port (localhost:33890), not 3389."},
      .codes = {{"disconnect", 0x708, Certainty::possible,
                 "the console's own session is the one that was asked for"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
