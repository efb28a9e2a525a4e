#include "causes/engine/tls_views.h"

#include <algorithm>
#include <set>

#include "causes/engine/path_views.h"
#include "causes/engine/tcp_views.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::TlsOutcome;

Fate fate(const Connection& c) {
  if (c.tls.server_hello_seen) return Fate::answered;
  switch (c.tls.outcome) {
    case TlsOutcome::completed:
    case TlsOutcome::server_hello: return Fate::answered;
    case TlsOutcome::alert:
    case TlsOutcome::closed:
    case TlsOutcome::reset: return Fate::cut;
    case TlsOutcome::silent: return Fate::silent;
    case TlsOutcome::not_tls:
    case TlsOutcome::failed_here:
    case TlsOutcome::not_tried:
    case TlsOutcome::waiting: break;
  }
  return Fate::unclear;
}

Connections whole_hellos(const CaseFile& c) {
  std::string address = main_address(c);
  return finished(c, [&](const Connection& conn) {
    bool here = address.empty() || conn.asked.address == address;
    bool usual = conn.asked.tls != "split" && conn.asked.server_name && !sizes_differ(conn);
    return here && tls_tried(conn) && tls_chosen(conn) && usual;
  });
}

Connections with_fate(const Connections& list, Fate wanted) {
  return filter(list, [wanted](const Connection& c) { return fate(c) == wanted; });
}

const Connection* hello(const CaseFile& c, std::string_view offer) {
  const Connection* made = attempt(c, "hello " + std::string(offer));
  bool known = made && made->tls.outcome != TlsOutcome::not_tried && made->tls.outcome != TlsOutcome::waiting;
  return known ? made : nullptr;
}

bool hello_met(const CaseFile& c, std::string_view offer, Fate wanted) {
  const Connection* made = hello(c, offer);
  return made && fate(*made) == wanted;
}

bool widest_offered(const Connections& list) {
  return any_of(list, [](const Connection& c) {
    return c.source == "probe" && (c.asked.tls == "handshake" || c.asked.tls == "wide");
  });
}

std::optional<std::uint32_t> highest_version(const Connections& answered) {
  std::optional<std::uint32_t> highest;
  for (const Connection* c : answered) {
    if (c->tls.version) highest = std::max(highest.value_or(0), *c->tls.version);
  }
  return highest;
}

bool all_ended_by_alert(const Connections& list, std::initializer_list<std::uint32_t> descriptions) {
  return all_of(list, [&](const Connection& c) {
    return c.tls.outcome == TlsOutcome::alert && c.tls.alert &&
           std::find(descriptions.begin(), descriptions.end(), *c.tls.alert) != descriptions.end();
  });
}

bool ended_without_word(const Connection& c) {
  return c.tls.outcome == TlsOutcome::closed || c.tls.outcome == TlsOutcome::reset;
}

std::string endings(const Connections& list) {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Connection* c : list) {
    std::string words = tls_ending_words(*c);
    auto known = std::find_if(counts.begin(), counts.end(), [&](const auto& k) { return k.first == words; });
    if (known == counts.end())
      counts.emplace_back(std::move(words), 1);
    else
      ++known->second;
  }
  if (counts.size() == 1) return counts[0].first + ", " + share(counts[0].second, list.size());
  std::sort(counts.begin(), counts.end(),
            [](auto& a, auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  std::string out;
  for (const auto& [words, n] : counts) out += fmt::format("{}{} × {}", out.empty() ? "" : ", ", n, words);
  return out;
}

std::string version_words(std::uint32_t version) {
  if (version == 0x0300) return "SSL 3.0";
  if (0x0301 <= version && version <= 0x0304) return fmt::format("TLS 1.{}", version - 0x0301);
  return fmt::format("0x{:04X}", version);
}

Connections of_offer(const Connections& hellos, std::string_view offer) {
  return filter(hellos, [&](const Connection& c) { return c.asked.tls == offer; });
}

Connections ended_after_server_hello(const Connections& hellos) {
  Connections handshakes = of_offer(hellos, "handshake");
  bool all = all_of(handshakes, [](const Connection& c) {
    // An alert under encryption is seen by the TLS library alone.
    bool alerted_inside = c.tls.outcome == TlsOutcome::failed_here && c.tls.problem.contains("alert");
    return c.tls.server_hello_seen &&
           (ended_without_word(c) || c.tls.outcome == TlsOutcome::alert || alerted_inside);
  });
  return all ? handshakes : Connections{};
}

Connections ended_inside_server_hello(const Connections& hellos) {
  return filter(hellos, [](const Connection& c) {
    return ended_without_word(c) && !c.tls.server_hello_seen && c.tls.bytes > 0;
  });
}

namespace {

// The alerts that offers of current versions got; none when one of them ended without an alert.
std::set<std::uint32_t> alerts_to_current_offers(const Connections& hellos) {
  static constexpr std::string_view current[] = {"handshake", "modern", "wide", "no-sha1", "tls1.2", "small"};
  std::set<std::uint32_t> descriptions;
  for (const Connection* conn : hellos) {
    if (std::find(std::begin(current), std::end(current), conn->asked.tls) == std::end(current)) continue;
    if (conn->tls.outcome != TlsOutcome::alert || !conn->tls.alert) return {};
    descriptions.insert(*conn->tls.alert);
  }
  return descriptions;
}

constexpr std::uint32_t unexpected_message = 10;
constexpr std::uint32_t internal_error = 80;

}  // namespace

bool answers_vary(const CaseFile& c, const Connections& hellos) {
  std::set<std::uint32_t> descriptions = alerts_to_current_offers(hellos);
  const Connection* control = hello(c, "control");
  bool told_apart = control && control->tls.outcome == TlsOutcome::alert &&
                    control->tls.alert == unexpected_message && !descriptions.contains(unexpected_message);
  return descriptions.size() > 1 || (!descriptions.empty() && told_apart);
}

bool weighs_offers(const CaseFile& c, const Connections& hellos) {
  std::set<std::uint32_t> descriptions = alerts_to_current_offers(hellos);
  if (descriptions.contains(internal_error) || !answers_vary(c, hellos)) return false;
  return descriptions.size() > 1 || descriptions.contains(40) || descriptions.contains(71);
}

Verdict no_hello_sent(const CaseFile& c) {
  if (!probed(c)) return needs_probe();
  bool refused_tls = any_of(finished(c), [](const Connection& conn) {
    return conn.asked.protocols.value_or(0) != 0 && conn.x224.outcome == evidence::X224Outcome::confirmed &&
           conn.x224.selected.value_or(0) == 0;
  });
  if (refused_tls) return excluded("the host chose RDP's own security, so there was no TLS");
  return needs(need::further);
}

}  // namespace rdpdoctor::causes
