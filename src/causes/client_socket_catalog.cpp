// Judges what other programs have put into Winsock's catalogue: the only ground on which it is ever reset.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/client_views.h"
#include "causes/engine/tcp_views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::SocketProvider;
using evidence::TcpOutcome;

// What Winsock itself gives back before anything is sent: WSAEINVAL, WSAENOTSOCK, WSAEOPNOTSUPP,
// WSAEAFNOSUPPORT, WSASYSNOTREADY, and of providers that can't be loaded WSAEINVALIDPROCTABLE to
// WSASYSCALLFAILURE.
bool is_of_winsock(std::uint32_t error) {
  static constexpr std::uint32_t single[] = {10022, 10038, 10045, 10047, 10091};
  return std::ranges::count(single, error) != 0 || (10104 <= error && error <= 10107);
}

bool fails_locally(const Connection& c) {
  return c.tcp.outcome == TcpOutcome::failed && 0 < c.tcp.os_error &&
         is_of_winsock(static_cast<std::uint32_t>(c.tcp.os_error));
}

std::vector<const SocketProvider*> foreign(const ClientFacts& client) {
  std::vector<const SocketProvider*> out;
  for (const SocketProvider& provider : client.socket_catalog.is.value)
    if (!provider.own) out.push_back(&provider);
  return out;
}

std::vector<EvidenceLine> lines_of(const std::vector<const SocketProvider*>& providers) {
  constexpr std::size_t most = 4;
  std::vector<EvidenceLine> out;
  for (const SocketProvider* provider : providers) {
    if (out.size() == most) break;
    out.push_back(
        {provider->source, fmt::format("{} \"{}\" of {} is not Windows' own", printable(provider->kind, 30),
                                       printable(provider->name, 80), printable(provider->library, 120))});
  }
  if (most < providers.size())
    out.push_back({providers.front()->source, fmt::format("and {} more", providers.size() - most)});
  return out;
}

Found fails_here(const std::vector<const SocketProvider*>& providers, EvidenceLine how) {
  Found found{Certainty::possible,
              {std::move(how)},
              true,
              "Connects fail inside this machine, whose Winsock catalogue is not Windows' own alone."};
  for (EvidenceLine& line : lines_of(providers)) found.evidence.push_back(std::move(line));
  return found;
}

std::string error_words(std::uint32_t error) {
  const std::string_view name = codes::name_or_empty("winsock", error);
  return fmt::format("Winsock error {}{}{}", error, name.empty() ? "" : " ", name);
}

std::optional<EvidenceLine> local_failure(const CaseFile& c) {
  const Connections tried = tcp_tried_main(c);
  if (all_of(tried, fails_locally)) {
    const auto error = static_cast<std::uint32_t>(tried.front()->tcp.os_error);
    return EvidenceLine{source("tcp", tried),
                        fmt::format("the connect fails before anything is sent: {}, {}", error_words(error),
                                    share(tried.size(), tried.size()))};
  }
  if (any_of(tried, tcp_up) || !c.complaint || !is_of_winsock(c.complaint->code)) return std::nullopt;
  return EvidenceLine{"code", "the client shows " + error_words(c.complaint->code)};
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  if (unreadable(client->socket_catalog)) return needs_reading(client->socket_catalog);
  const auto providers = foreign(*client);
  if (providers.empty())
    return excluded(
        fmt::format("the catalogue holds Windows' own entries alone ({})", client->socket_catalog.source));
  if (auto how = local_failure(c)) return fails_here(providers, std::move(*how));
  const Connections tried = tcp_tried_main(c);
  // A layer can cut what it let through; that it is there is all that is known, and no ground to take it out.
  if (cut_without_a_word(c)) {
    Found found{Certainty::possible, lines_of(providers), false};
    found.note = true;
    found.headline = "Other programs have hooked into Winsock on the client.";
    found.evidence.push_back({source("tcp", tried),
                              "connections are made through them, so this is no ground to reset "
                              "the catalogue"});
    return found;
  }
  return excluded(fmt::format("\"{}\" is not Windows' own, and connects don't fail inside this machine",
                              printable(providers.front()->name, 80)));
}

}  // namespace

Cause client_socket_catalog() {
  return {
      .id = "client-socket-catalog",
      .title = "Another program's entry in the client's Winsock catalogue gets in the way.",
      .stage = Stage::tcp,
      .machine = Machine::client,
      .explanation =
          "Filters, VPN clients and security software can put libraries of their own into Winsock's "
          "catalogue, and "
          "every program's connections then go through them. One that is broken or was removed by half makes "
          "connects fail inside the client, with Winsock errors such as 10022, 10038 or 10106, for most "
          "programs "
          "and not for Remote Desktop alone.",
      .tell_apart =
          "The connect fails at once with such an error and nothing is sent. Silence, a refusal or a reset "
          "comes from "
          "the network: then the catalogue is not the reason, whoever stands in it.",
      .advice =
          {"On the client, what stands there:   netsh winsock show catalog > C:\\winsock.txt",
           "On the client: repair, update or uninstall the program that the entry names; that takes it out "
           "cleanly.",
           "Last resort, as administrator; other programs' entries are lost, restart after it:   netsh "
           "winsock "
           "reset"},
      .article = Article::names_it,
      .article_note =
          "It tells everyone to reset Winsock. There is a ground for it only where foreign entries stand in "
          "the "
          "catalogue and connects fail inside the machine.",
      .fixes = {"reset-winsock"},
      .codes = {{"winsock", 10038, Certainty::possible, "a layered filter damaged the socket"},
                {"winsock", 10022, Certainty::possible, "a provider of the catalogue refuses the call"},
                {"winsock", 10047, Certainty::possible,
                 "no provider of the catalogue has this address family"},
                {"winsock", 10091, Certainty::possible, "the catalogue's providers can't be started"}},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
