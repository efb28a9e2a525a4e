#include "analyze/names.h"

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::analyze {

using evidence::CaseFile;
using evidence::Connection;

bool is_address(std::string_view text) {
  if (text.contains(':'))
    return text.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string_view::npos;
  return std::count(text.begin(), text.end(), '.') == 3 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string without_port(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[')) {
    std::size_t end = text.find(']');
    return std::string(text.substr(1, end == std::string_view::npos ? end : end - 1));
  }
  if (std::count(text.begin(), text.end(), ':') != 1) return std::string(text);
  return std::string(text.substr(0, text.find(':')));
}

std::string short_name(std::string_view name) {
  if (is_address(name)) return lower(name);
  return lower(name.substr(0, name.find('.')));
}

void Names::add(std::string_view name) {
  std::string n = lower(trim(name));
  if (n.empty() || n == "localhost" || n.starts_with("*.")) return;
  if (!is_address(n)) {
    if (n.contains('.')) {
      first_labels_of_long_.insert(short_name(n));
    } else {
      single_labels_.insert(n);
    }
  }
  whole_.insert(std::move(n));
}

void Names::add_all(const Names& others) {
  for (const std::string& name : others.whole_) add(name);
}

bool Names::has(std::string_view name) const {
  std::string n = lower(trim(name));
  if (n.empty()) return false;
  if (whole_.contains(n)) return true;
  if (is_address(n)) return false;
  return n.contains('.') ? single_labels_.contains(short_name(n)) : first_labels_of_long_.contains(n);
}

bool Names::has_any(const Names& others) const {
  return std::any_of(others.whole_.begin(), others.whole_.end(), [&](auto& name) { return has(name); });
}

Names names_of(const Connection& c) {
  Names out;
  for (const std::string* name : {&c.nla.netbios_computer_name, &c.nla.dns_computer_name}) out.add(*name);
  if (!c.tls.chain.empty()) {
    const evidence::Certificate& leaf = c.tls.chain.front();
    out.add(leaf.common_name);
    for (const std::string& name : leaf.dns_names) out.add(name);
  }
  if (c.tls.client_hello) out.add(c.tls.client_hello->server_name);
  return out;
}

Names names_of(const CaseFile& c) {
  Names out;
  out.add(c.target.host);
  for (const std::string& address : c.target.addresses) out.add(address);
  for (const Connection& conn : c.connections) out.add_all(names_of(conn));
  if (c.host && c.host->system.computer_name.get()) out.add(*c.host->system.computer_name.get());
  return out;
}

namespace {

template <class T>
void append(std::vector<T>& into, std::vector<T>& from) {
  std::move(from.begin(), from.end(), std::back_inserter(into));
}

}  // namespace

void shift(CaseFile& c, double by_ms) {
  for (Connection& conn : c.connections) conn.started_ms += by_ms;
  for (auto& one : c.controls) one.started_ms += by_ms;
  for (auto& one : c.echoes) one.started_ms += by_ms;
  for (auto& one : c.udp) one.started_ms += by_ms;
}

void merge(CaseFile& into, CaseFile&& from) {
  bool from_first =
      into.run.started.ms == 0 || (from.run.started.ms != 0 && from.run.started < into.run.started);
  double apart = static_cast<double>(from.run.started.ms - into.run.started.ms);
  if (from_first) {
    if (into.run.started.ms != 0) shift(into, -apart);
    into.run.started = from.run.started;
  } else if (from.run.started.ms != 0) {
    shift(from, apart);
  }
  for (const std::string& address : from.target.addresses) {
    auto& list = into.target.addresses;
    if (std::find(list.begin(), list.end(), address) == list.end()) list.push_back(address);
  }
  if (!into.complaint) into.complaint = from.complaint;
  if (into.name.outcome == evidence::NameOutcome::not_tried) into.name = std::move(from.name);
  if (!into.host) into.host = std::move(from.host);
  append(into.connections, from.connections);
  append(into.controls, from.controls);
  append(into.echoes, from.echoes);
  append(into.udp, from.udp);
  append(into.sources, from.sources);
  append(into.events, from.events);
  append(into.event_counts, from.event_counts);
  append(into.told, from.told);
  append(into.rdp_settings, from.rdp_settings);
}

}  // namespace rdpdoctor::analyze
