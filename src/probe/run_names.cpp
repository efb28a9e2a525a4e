// What each source says that the name means: the hosts file, and each DNS server asked directly, beside the
// system's own resolver, which run.cpp asks.
#include <algorithm>

#include "formats/hosts_file.h"
#include "probe/name_questions.h"
#include "probe/side.h"

namespace rdpdoctor::probe {
namespace {

using evidence::DnsAnswer;
using evidence::DnsOutcome;
using Outcome = net::NameReply::Outcome;

// How long the answers are waited for: while the diagnosis fails, the whole of it; when RDP has answered,
// they can only add a note; the names of an address never decide anything.
constexpr Duration most_patience = std::chrono::seconds(2);
constexpr Duration patience_when_answered = std::chrono::milliseconds(700);
constexpr Duration patience_for_pointers = std::chrono::milliseconds(500);

DnsOutcome outcome_of(Outcome o) {
  switch (o) {
    case Outcome::answered: return DnsOutcome::answered;
    case Outcome::no_data: return DnsOutcome::no_data;
    case Outcome::not_found: return DnsOutcome::not_found;
    case Outcome::refused: return DnsOutcome::refused;
    case Outcome::server_failed: return DnsOutcome::server_failed;
    case Outcome::timed_out: return DnsOutcome::timed_out;
    case Outcome::unreachable: return DnsOutcome::unreachable;
    case Outcome::failed: break;
  }
  return DnsOutcome::failed;
}

void add_once(std::vector<std::string>& list, const std::string& one) {
  if (std::ranges::find(list, one) == list.end()) list.push_back(one);
}

class Names final : public Side {
 public:
  explicit Names(Shared& shared)
      : shared_(shared), patience_(std::min(most_patience, shared.options.timeout * 3 / 10)) {
    auto setup = net::name_setup();
    auto& name = shared_.c.name;
    name.servers = std::move(setup.servers);
    name.search_list = std::move(setup.search_list);
    if (!shared_.c.target.is_address) read_hosts(setup.hosts_file);
    ask();
  }

  void pump() override { ask(); }

  [[nodiscard]] bool busy() const override {
    Duration waited = net::Reactor::now() - shared_.start;
    bool answered = std::ranges::any_of(shared_.c.connections, [](const evidence::Connection& conn) {
      return conn.x224.outcome == evidence::X224Outcome::confirmed;
    });
    Duration patience = answered ? std::min(patience_, patience_when_answered) : patience_;
    if (waiting_for("address") && waited < patience) return true;
    return waiting_for("PTR") && waited < pointers_asked_ + patience_for_pointers && waited < 2 * patience_;
  }

 private:
  // A name that the search list completes is looked for in the file by Windows only.
  void read_hosts(const Reading<std::string>& text) {
    auto& name = shared_.c.name;
    if (text.state == Presence::unreadable)
      name.hosts_file = Reading<std::vector<std::string>>::unreadable(text.why);
    const std::string* file = text.get();
    if (!file) {
      if (text.state == Presence::absent) name.hosts_file = Reading<std::vector<std::string>>::absent();
      return;
    }
    std::vector<std::string> names{shared_.c.target.host};
    const auto* suffixes = name.search_list.get();
    if (suffixes && shared_.c.run.client_os == "windows") names = whole_names(names[0], *suffixes);
    std::vector<std::string> addresses;
    for (const std::string& one : names) {
      for (const auto& entry : formats::find_in_hosts(*file, one)) {
        add_once(addresses, net::plain_address(entry.address));
        add_once(name.hosts_lines, std::to_string(entry.line));
      }
    }
    name.hosts_file = addresses.empty() ? Reading<std::vector<std::string>>::absent()
                                        : Reading<std::vector<std::string>>::present(std::move(addresses));
  }

  void ask() {
    for (DnsAnswer& question : next_name_questions(shared_.c, shared_.options.name_servers))
      ask(std::move(question));
  }

  void ask(DnsAnswer question) {
    using Type = net::NameQuestion::Type;
    bool pointer = question.type == "PTR";
    Moment now = net::Reactor::now();
    if (pointer) pointers_asked_ = now - shared_.start;
    net::NameQuestion asked{question.server, question.question, pointer ? Type::pointer : Type::addresses};
    std::size_t index = shared_.c.name.dns.size();
    shared_.c.name.dns.push_back(std::move(question));
    shared_.reactor.ask_name_server(asked, now + patience_,
                                    shared_.guard([this, index](net::NameReply reply) {
                                      DnsAnswer& answer = shared_.c.name.dns[index];
                                      answer.outcome = outcome_of(reply.outcome);
                                      answer.addresses = std::move(reply.addresses);
                                      answer.names = std::move(reply.names);
                                      answer.ttl_s = reply.ttl_s;
                                      answer.error = std::move(reply.error);
                                      answer.ms = reply.ms;
                                      shared_.changed();
                                    }));
  }

  [[nodiscard]] bool waiting_for(std::string_view type) const {
    return std::ranges::any_of(shared_.c.name.dns, [&](const DnsAnswer& a) {
      return a.type == type && a.outcome == DnsOutcome::waiting;
    });
  }

  Shared& shared_;
  Duration patience_;
  Duration pointers_asked_{};
};

}  // namespace

std::unique_ptr<Side> names_side(Shared& shared) {
  return std::make_unique<Names>(shared);
}

}  // namespace rdpdoctor::probe
