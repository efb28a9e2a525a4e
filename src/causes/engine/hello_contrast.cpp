#include "causes/engine/hello_contrast.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "causes/engine/requests.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {
namespace {

// What an offer holds, as far as hosts and devices go by it (wire/tls_hello.h).
struct Offer {
  std::string_view name;
  std::uint32_t newest;
  bool weak_signatures;
  bool old_suites;
  bool often_refused;  // a healthy host may refuse it, so that it does tells nothing
};
constexpr Offer offers[] = {
    {"handshake", 0x0304, true, true, false}, {"modern", 0x0304, false, false, false},
    {"wide", 0x0304, true, true, false},      {"no-sha1", 0x0304, false, true, false},
    {"tls1.3", 0x0304, true, false, true},    {"tls1.2", 0x0303, true, true, false},
    {"small", 0x0303, true, true, false},     {"tls1.1", 0x0302, true, true, true},
    {"tls1.0", 0x0301, true, true, true},     {"legacy-ciphers", 0x0303, true, true, true},
};

const Offer* offer_of(const Connection& c) {
  auto at = std::find_if(std::begin(offers), std::end(offers),
                         [&](const Offer& offer) { return offer.name == c.asked.tls; });
  return at == std::end(offers) ? nullptr : at;
}

bool telling(const Connection& c) {
  return !offer_of(c)->often_refused;
}

std::pair<std::uint64_t, std::uint64_t> sizes(const Connections& list) {
  auto [least, most] = std::minmax_element(
      list.begin(), list.end(), [](auto* a, auto* b) { return a->tls.hello_bytes < b->tls.hello_bytes; });
  return {(*least)->tls.hello_bytes, (*most)->tls.hello_bytes};
}

std::string size_words(const Connections& list) {
  auto [least, most] = sizes(list);
  return least == most ? fmt::format("{} bytes", most) : fmt::format("{} to {} bytes", least, most);
}

bool only_small(const Connections& list) {
  return all_of(list, [](const Connection& c) { return c.asked.tls == "small"; });
}

bool name_sent(const CaseFile& c) {
  return !c.target.is_address && !c.target.host.empty();
}

bool by_version(HelloContrast& out, const Connections& failed) {
  std::uint32_t newest = 0;
  for (const Connection* c : out.answered) newest = std::max(newest, offer_of(*c)->newest);
  if (!all_of(failed, [&](const Connection& c) { return offer_of(c)->newest > newest; })) return false;
  out.by = ContrastBy::version;
  out.pass = "that offer nothing newer than " + version_words(newest);
  out.fail = newest == 0x0303 ? "that offer TLS 1.3" : "that offer newer versions";
  return true;
}

bool by_content(HelloContrast& out, const Connections& failed, bool Offer::* holds, ContrastBy by,
                std::string_view what) {
  auto has = [&](const Connection& c) { return offer_of(c)->*holds; };
  if (!all_of(failed, has) || any_of(out.answered, has)) return false;
  out.by = by;
  out.pass = "without " + std::string(what);
  out.fail = "that offer " + std::string(what);
  return true;
}

bool by_size(HelloContrast& out, const Connections& failed) {
  auto [least_answered, most_answered] = sizes(out.answered);
  auto [least_failed, most_failed] = sizes(failed);
  bool apart = most_answered < least_failed || most_failed < least_answered;
  if (!apart || least_answered == 0 || least_failed == 0) return false;
  out.by = ContrastBy::size;
  out.pass = "of " + size_words(out.answered);
  out.fail = "of " + size_words(failed);
  return true;
}

std::string names(const Connections& list) {
  std::set<std::string> all;
  for (const Connection* c : list) all.insert(c->asked.tls == "handshake" ? "standard" : c->asked.tls);
  return join({all.begin(), all.end()}, ", ");
}

void classify(HelloContrast& out) {
  Connections failed = filter(out.failed, telling);
  // The small one differs by size, server name and suites at once, so it alone tells no version apart.
  if (!only_small(out.answered) && by_version(out, failed)) return;
  if (by_content(out, failed, &Offer::weak_signatures, ContrastBy::signatures, "SHA-1 signatures")) return;
  if (by_content(out, failed, &Offer::old_suites, ContrastBy::suites, "old cipher suites")) return;
  if (by_size(out, failed)) return;
  out.pass = "called " + names(out.answered);
  out.fail = "called " + names(failed);
}

}  // namespace

std::optional<HelloContrast> hello_contrast(const CaseFile& c) {
  if (split_at_tls(c)) return std::nullopt;
  Connections hellos = whole_hellos(c);
  Connections standard = filter(hellos, is_standard);
  HelloContrast out;
  out.answered = with_fate(hellos, Fate::answered);
  out.failed = filter(
      hellos, [](const Connection& conn) { return fate(conn) == Fate::cut || fate(conn) == Fate::silent; });
  bool known = all_of(hellos, [](const Connection& conn) { return offer_of(conn) != nullptr; });
  bool standard_failed = all_of(
      standard, [](const Connection& conn) { return fate(conn) == Fate::cut || fate(conn) == Fate::silent; });
  if (!known || !standard_failed || standard.size() < 2 || out.answered.empty()) return std::nullopt;
  classify(out);
  if (out.by == ContrastBy::size && only_small(out.answered) && name_sent(c)) {
    out.pass += " without a server name";
    out.fail += " with one";
  }
  out.failed = filter(out.failed, telling);
  return out;
}

std::optional<HelloContrast> standard_alone_passes(const CaseFile& c) {
  if (split_at_tls(c)) return std::nullopt;
  Connections hellos = whole_hellos(c);
  HelloContrast out;
  out.answered = with_fate(hellos, Fate::answered);
  out.failed = with_fate(hellos, Fate::cut);
  bool standard = all_of(out.answered, [](const Connection& conn) { return conn.asked.tls == "handshake"; });
  bool usual_key = any_of(out.answered, [](const Connection& conn) {
    return !conn.tls.chain.empty() && conn.tls.chain.front().key_type == "RSA";
  });
  bool several = !of_offer(out.failed, "modern").empty() && !of_offer(out.failed, "wide").empty();
  if (!standard || !usual_key || !several || !all_of(out.failed, ended_without_word)) return std::nullopt;
  return by_size(out, out.failed) ? std::optional(out) : std::nullopt;
}

std::string contrast_headline(const HelloContrast& contrast) {
  bool silent = fate(*contrast.failed.front()) == Fate::silent;
  return fmt::format("Only ClientHellos {} are answered; those {} {}.", contrast.pass, contrast.fail,
                     silent ? "get no answer" : "are cut");
}

std::vector<EvidenceLine> contrast_lines(const CaseFile& c, const HelloContrast& contrast) {
  std::vector<EvidenceLine> lines{
      {source("tls", contrast.failed),
       fmt::format("no ServerHello for the ClientHellos called {} ({}; {})", names(contrast.failed),
                   endings(contrast.failed), size_words(contrast.failed))},
      {source("tls", contrast.answered),
       fmt::format("one for those called {} ({})", names(contrast.answered), size_words(contrast.answered))}};
  if (only_small(contrast.answered)) {
    lines.push_back({source("tls", contrast.answered),
                     name_sent(c)
                         ? "the small one also carries no server name and fewer suites: size or name "
                           "may be what matters"
                         : "the small one also offers fewer suites"});
  }
  return lines;
}

}  // namespace rdpdoctor::causes
