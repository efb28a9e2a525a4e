// Judges whether a security product on the client gets in the way: registered alone it is a possibility, and
// more than that only with a drop or an interception that is its own.
#include <algorithm>

#include "base/text.h"
#include "causes/engine/certificates.h"
#include "causes/engine/client_views.h"
#include "causes/engine/inspection_products.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

using evidence::SecurityProductFacts;

constexpr std::string_view registered = "Windows' security center";

std::string words(const SecurityProductFacts& product) {
  return fmt::format("{} ({})", printable(product.name, 80), printable(product.kind, 20));
}

std::string headline(const SecurityProductFacts& product, std::string_view what) {
  return fmt::format("{} on the client {}.", printable(product.name, 80), what);
}

std::vector<const SecurityProductFacts*> of_others(const ClientFacts& client) {
  std::vector<const SecurityProductFacts*> out;
  for (const SecurityProductFacts& product : client.security_products.value)
    if (!is_windows_own(product) && product.on.value_or(true)) out.push_back(&product);
  return out;
}

// Some makers have gateways and clients both, and what the gateway signs was not opened here.
bool signed_elsewhere(const std::string& issuer) {
  const std::string in = lower(issuer);
  return std::ranges::any_of(inspection_products, [&](const InspectionProduct& product) {
    return !product.on_machine && in.contains(product.fragment);
  });
}

// The certificate that was shown was issued by a product that is registered on this very machine.
std::optional<Found> intercepts(const CaseFile& c, const ClientFacts& client) {
  for (const SeenCertificate& seen : host_certificates(c)) {
    if (seen.where.empty() || seen.leaf->self_issued || signed_elsewhere(seen.leaf->issuer)) continue;
    for (const SecurityProductFacts* product : of_others(client)) {
      if (!names_maker(seen.leaf->issuer, product->name)) continue;
      return Found{Certainty::likely,
                   {certificate_line(seen, fmt::format("the certificate of {} is issued by \"{}\"",
                                                       named(*seen.leaf), printable(seen.leaf->issuer))),
                    {std::string(registered), words(*product) + " is registered on this client"}},
                   true,
                   headline(*product, "opens TLS and shows a certificate of its own")};
    }
  }
  return std::nullopt;
}

// A drop to the target by a filter or program of a product's; of the client's own connections also where the
// probe gets through.
std::optional<Found> drops(const CaseFile& c, const ClientFacts& client) {
  const bool fails = failing_stage(c).has_value() || standards(c).empty();
  for (const FilterDropFacts& drop : client.drops.value) {
    const SecurityProductFacts* product = is_of_target(c, drop) ? product_of(client, drop) : nullptr;
    if (!product || !(fails || is_remote_desktop_client(drop.program))) continue;
    return Found{Certainty::likely,
                 {{"Windows' filtering platform", drop_words(drop)},
                  {std::string(registered), words(*product) + " is registered on this client"}},
                 true,
                 headline(*product, "drops what goes to the host")};
  }
  return std::nullopt;
}

bool forbidden_here(const Connection& c) {
  return c.tcp.outcome == evidence::TcpOutcome::not_permitted;
}

// Nothing but that it is there. What a product does to a stream has no word of the host's at its end; silence
// to the SYN and refusals are the network's.
std::optional<Found> registered_only(const CaseFile& c, const ClientFacts& client) {
  const auto products = of_others(client);
  const Connections tried = tcp_tried_main(c);
  const bool forbidden = all_of(tried, forbidden_here);
  if (products.empty() || !(forbidden || cut_without_a_word(c))) return std::nullopt;
  Found found{Certainty::possible, {}, true, headline(*products.front(), "may be in the way")};
  for (const SecurityProductFacts* product : products)
    found.evidence.push_back({std::string(registered), words(*product) + " is registered on this client"});
  found.evidence.push_back(
      {source("tcp", tried), forbidden
                                 ? "the connect is forbidden on this machine"
                                 : "the connection is cut without a word of the host's: something here could "
                                   "do that, as could the path and the host"});
  return found;
}

Verdict judge(const CaseFile& c) {
  const ClientFacts* client = client_of(c);
  if (!client) return needs_client_look();
  if (auto found = intercepts(c, *client)) return *found;
  if (auto found = drops(c, *client)) return *found;
  if (auto found = registered_only(c, *client)) return *found;
  if (unread(client->security_products))
    return needs_reading_of("which security products are registered", client->security_products);
  const auto products = of_others(*client);
  if (products.empty()) return excluded("no security product but Windows' own is registered on this client");
  if (unread(client->drops)) return needs_reading_of("what Windows' filters dropped lately", client->drops);
  return excluded(fmt::format(
      "{} is registered, and neither a drop nor a certificate of its own was seen: what was seen is "
      "not of its kind",
      words(*products.front())));
}

}  // namespace

Cause client_security_software() {
  return {
      .id = "client-security-software",
      .title = "Security software on the client gets in the way.",
      .stage = Stage::tls,
      .machine = Machine::client,
      .explanation =
          "An antivirus, endpoint or VPN product on the client filters connections by program or content, "
          "or opens TLS to look inside. It lets the connect pass and cuts the stream, so that the client "
          "sees a socket closed by nobody it knows.",
      .tell_apart =
          "From another client in the same network, without the product, it works; or rdpdoctor gets "
          "through from this client and mstsc does not (a rule for the program). A re-signed certificate "
          "(tls-intercepted) or a recorded drop makes it more than a guess.",
      .advice = {"On the client: look into the product's own log at the time of the failure.",
                 "On the client, and on another one in the same network without the product:   rdpdoctor "
                 "diagnose HOST",
                 "In the product: name the host or mstsc.exe as an exception, as narrow as it can be.",
                 "Do not uninstall protection to test; ask those who manage it for its log."},
      .article = Article::names_it,
      .article_note =
          "It also lists netsh winsock reset and netsh int ip reset. The product's own log shows a drop "
          "without either; netsh winsock reset has a ground only when the catalogue holds entries that are "
          "not Windows' own, and netsh int ip reset wipes fixed addresses.",
      .fixes = {"allow-mstsc-through-firewall"},
      .codes = {{"disconnect", 0x904, Certainty::possible,
                 "a product that filters the stream closes the client's socket"},
                {"extended", 0x7, Certainty::possible,
                 "a product that filters the stream cuts the connection early"},
                {"winsock", 10053, Certainty::possible, "something on this computer gave the connection up"},
                {"winsock", 10038, Certainty::possible, "a layered filter damaged the socket"}},
      .covers = {"tls-intercepted"},
      .judge = judge,
  };
}

}  // namespace rdpdoctor::causes
