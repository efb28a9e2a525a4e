#include "causes/engine/name_views.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"

namespace rdpdoctor::causes {

using evidence::DnsOutcome;

namespace {

bool contains(const std::vector<std::string>& list, std::string_view one) {
  return std::ranges::any_of(list, [&](const std::string& k) { return k == one; });
}

bool denied(const DnsAnswer& a) {
  return a.outcome == DnsOutcome::not_found || a.outcome == DnsOutcome::no_data;
}

std::optional<ServerWord> word_of(const std::vector<const DnsAnswer*>& answers) {
  bool all_denied = true;
  const DnsAnswer* failed = nullptr;
  for (const DnsAnswer* a : answers) {
    if (a->outcome == DnsOutcome::answered) return ServerWord{ServerWord::Kind::tells, a};
    all_denied = all_denied && denied(*a);
    if (!denied(*a) && !failed) failed = a;
  }
  if (all_denied) {
    ServerWord word{ServerWord::Kind::denies, answers.front()};
    for (const DnsAnswer* a : answers) word.denied.push_back(a->question);
    return word;
  }
  if (failed->outcome == DnsOutcome::waiting) return std::nullopt;
  return ServerWord{ServerWord::Kind::fails, failed};
}

bool overlaps(const CaseFile& c, const ServerWord& word) {
  return std::ranges::any_of(word.answer->addresses,
                             [&](const std::string& a) { return is_own_address(c, a); });
}

ServerWords telling(const CaseFile& c, const ServerWords& words, bool same) {
  ServerWords out;
  for (const ServerWord& word : words) {
    if (word.kind == ServerWord::Kind::tells && overlaps(c, word) == same) out.push_back(word);
  }
  return out;
}

}  // namespace

ServerWords server_words(const CaseFile& c) {
  std::vector<std::vector<const DnsAnswer*>> servers;
  for (const DnsAnswer& answer : c.name.dns) {
    if (answer.type != "address") continue;
    auto known =
        std::ranges::find_if(servers, [&](auto& list) { return list.front()->server == answer.server; });
    if (known == servers.end())
      servers.push_back({&answer});
    else
      known->push_back(&answer);
  }
  ServerWords words;
  for (const auto& answers : servers) {
    if (auto word = word_of(answers)) words.push_back(*word);
  }
  return words;
}

ServerWords of_kind(const ServerWords& words, ServerWord::Kind kind) {
  ServerWords out;
  std::ranges::copy_if(words, std::back_inserter(out), [&](auto& word) { return word.kind == kind; });
  return out;
}

ServerWords agreeing(const CaseFile& c, const ServerWords& words) {
  return telling(c, words, true);
}

ServerWords differing(const CaseFile& c, const ServerWords& words) {
  return telling(c, words, false);
}

namespace {

std::string answer_words(const DnsAnswer& a, const std::string& name) {
  std::string error = a.error.empty() ? "" : " (" + printable(a.error) + ")";
  switch (a.outcome) {
    case DnsOutcome::answered:
      return fmt::format("{} says {} for {}", a.server, join(a.addresses, ", "), name);
    case DnsOutcome::no_data: return fmt::format("{} knows {}, but no address of it", a.server, name);
    case DnsOutcome::not_found: return fmt::format("{} knows no {}{}", a.server, name, error);
    case DnsOutcome::refused: return fmt::format("{} refuses to answer for {}{}", a.server, name, error);
    case DnsOutcome::server_failed: return fmt::format("{} fails on {}{}", a.server, name, error);
    case DnsOutcome::timed_out: return fmt::format("{} gives no answer in {:.0f} ms", a.server, a.ms);
    case DnsOutcome::unreachable: return fmt::format("{} can't be reached{}", a.server, error);
    case DnsOutcome::failed: return fmt::format("{} could not be asked{}", a.server, error);
    case DnsOutcome::waiting: break;
  }
  return fmt::format("{} gave no answer so far", a.server);
}

}  // namespace

EvidenceLine dns_line(const ServerWord& word) {
  std::string names = word.denied.empty() ? word.answer->question : join(word.denied, ", ");
  return {"dns", answer_words(*word.answer, printable(names))};
}

std::string servers_of(const ServerWords& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i].answer->server;
  }
  return out;
}

bool gives_nothing(const CaseFile& c) {
  using evidence::NameOutcome;
  return c.target.addresses.empty() && c.name.outcome != NameOutcome::not_tried &&
         c.name.outcome != NameOutcome::literal && c.name.outcome != NameOutcome::resolved;
}

bool from_hosts_file(const CaseFile& c) {
  const auto* given = c.name.hosts_file.get();
  return given && !c.target.addresses.empty() &&
         std::ranges::all_of(c.target.addresses, [&](const std::string& a) { return contains(*given, a); });
}

std::string hosts_words(const CaseFile& c) {
  if (c.name.hosts_lines.empty()) return "hosts file";
  return fmt::format("hosts file line{} {}", c.name.hosts_lines.size() == 1 ? "" : "s",
                     join(c.name.hosts_lines, ", "));
}

bool is_own_address(const CaseFile& c, std::string_view address) {
  return contains(c.target.addresses, address);
}

Connections own_attempts(const CaseFile& c) {
  return finished(c, [&](const Connection& conn) { return is_own_address(c, conn.asked.address); });
}

Connections told_attempts(const CaseFile& c) {
  return finished(c, [&](const Connection& conn) {
    return conn.asked.what.starts_with("told address") && !is_own_address(c, conn.asked.address);
  });
}

std::string Identity::words() const {
  auto word = [](const std::string& name) { return name.empty() ? "unknown" : printable(name); };
  return word(by_ntlm) + " by NTLM, " + word(by_certificate) + " by its certificate";
}

Identity identity_of(const Connections& list) {
  Identity who;
  for (const Connection* conn : list) {
    const auto& nla = conn->nla;
    if (who.by_ntlm.empty())
      who.by_ntlm = nla.dns_computer_name.empty() ? nla.netbios_computer_name : nla.dns_computer_name;
    who.names.insert(who.names.end(), {nla.netbios_computer_name, nla.dns_computer_name});
    if (conn->tls.chain.empty()) continue;
    const auto& leaf = conn->tls.chain.front();
    if (who.by_certificate.empty()) who.by_certificate = leaf.common_name;
    if (who.thumbprint.empty()) who.thumbprint = leaf.sha256_thumbprint;
    who.names.push_back(leaf.common_name);
    who.names.insert(who.names.end(), leaf.dns_names.begin(), leaf.dns_names.end());
    who.where.push_back(conn);
  }
  std::erase(who.names, std::string());
  return who;
}

bool same_machine(const Identity& a, const Identity& b) {
  bool same_key = !a.thumbprint.empty() && a.thumbprint == b.thumbprint;
  return same_key || (!a.by_ntlm.empty() && equal_ignoring_case(a.by_ntlm, b.by_ntlm));
}

namespace {

std::string first_label(std::string_view name) {
  return lower(name.substr(0, name.find('.')));
}

}  // namespace

bool names_match(std::string_view asked, std::string_view own) {
  if (own.starts_with("*.")) return lower(asked).ends_with(lower(own.substr(1)));
  return first_label(asked).substr(0, 15) == first_label(own).substr(0, 15);
}

Whose whose(const CaseFile& c, const Identity& who) {
  if (c.target.is_address || c.target.host.empty() || equal_ignoring_case(c.target.host, "localhost"))
    return Whose::not_told;
  std::vector<std::string> right = aliases(c);
  right.push_back(c.target.host);
  for (const std::string& own : who.names) {
    if (std::ranges::any_of(right, [&](const std::string& name) { return names_match(name, own); }))
      return Whose::asked_one;
  }
  return who.by_ntlm.empty() || who.by_certificate.empty() ? Whose::not_told : Whose::another;
}

std::vector<std::string> aliases(const CaseFile& c) {
  std::vector<std::string> out;
  for (const DnsAnswer& answer : c.name.dns) {
    if (answer.type != "address") continue;
    for (const std::string& name : answer.names) {
      if (!contains(out, name)) out.push_back(name);
    }
  }
  return out;
}

namespace {

// "host-10-1-2-3.isp.example", "ec2-198-51-100-7.compute.example": the address once more, not a machine's
// name.
bool made_of_address(std::string_view name, std::string_view address) {
  std::vector<std::string_view> parts = split(address, '.');
  if (parts.size() != 4) return false;
  for (std::string_view separator : {"-", "."}) {
    std::string forward = fmt::format("{}{}{}", parts[2], separator, parts[3]);
    std::string backward = fmt::format("{}{}{}", parts[3], separator, parts[2]);
    if (name.find(forward) != std::string_view::npos || name.find(backward) != std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> pointer_names(const CaseFile& c, std::string_view address) {
  std::vector<std::string> out;
  for (const DnsAnswer& answer : c.name.dns) {
    if (answer.type != "PTR" || answer.question != address) continue;
    for (const std::string& name : answer.names) {
      if (!made_of_address(name, address) && !contains(out, name)) out.push_back(name);
    }
  }
  return out;
}

}  // namespace rdpdoctor::causes
