#include "causes/engine/clients.h"

#include <map>
#include <set>

#include "base/text.h"
#include "causes/engine/log_views.h"

namespace rdpdoctor::causes {

std::optional<CaseFile> those_who_fail(const CaseFile& c) {
  std::map<std::string, bool> got_through;
  for (const Connection* conn : finished(c, of_a_client)) {
    bool& through = got_through[client_address(*conn)];
    through = through || !failed_at(*conn);
  }
  std::set<std::string> failing;
  for (const auto& [client, through] : got_through) {
    if (!through) failing.insert(client);
  }
  if (failing.empty() || failing.size() == got_through.size() || by_our_probe(c)) return std::nullopt;
  CaseFile out = c;
  std::erase_if(out.connections,
                [&](const Connection& conn) { return !failing.contains(client_address(conn)); });
  return out;
}

std::string client_words(const CaseFile& failing) {
  std::set<std::string> clients;
  for (const Connection& conn : failing.connections) clients.insert(client_address(conn));
  constexpr std::size_t most = 3;
  if (most < clients.size()) return count_of(clients.size(), "client");
  return join({clients.begin(), clients.end()}, ", ");
}

}  // namespace rdpdoctor::causes
