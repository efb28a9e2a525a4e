#include "report/comparison_facts.h"

#include <algorithm>

#include "base/text.h"
#include "causes/engine/inspection_products.h"
#include "causes/engine/views.h"
#include "evidence/fields.h"
#include "fmt/core.h"
#include "report/watch_round.h"

namespace rdpdoctor::report {
namespace {

using evidence::Certificate;
using evidence::Connection;

std::string fingerprint(const Certificate& c) {
  return !c.sha256_thumbprint.empty() ? c.sha256_thumbprint : c.sha1_thumbprint;
}

const Certificate* first_certificate(const evidence::CaseFile& c, const std::string& address) {
  for (const Connection& k : c.connections) {
    if (k.asked.address == address && !k.tls.chain.empty()) return &k.tls.chain.front();
  }
  return nullptr;
}

std::string first_computer(const evidence::CaseFile& c, const std::string& address) {
  for (const Connection& k : c.connections) {
    if (k.asked.address != address) continue;
    if (!k.nla.dns_computer_name.empty()) return k.nla.dns_computer_name;
    if (!k.nla.netbios_computer_name.empty()) return k.nla.netbios_computer_name;
  }
  return "";
}

std::string inspector_of(const Certificate* c) {
  if (!c) return "";
  std::string issuer = lower(c->issuer);
  for (const auto& known : causes::inspection_products) {
    if (issuer.find(known.fragment) != std::string::npos) return std::string(known.product);
  }
  return "";
}

template <class T>
void keep_least(std::optional<T>& into, const Reading<T>& reading) {
  if (auto* v = reading.get(); v && (!into || *v < *into)) into = *v;
}

void measure(RunFacts& f, const Connection& k) {
  if (k.asked.address != f.address) return;
  keep_least(f.rtt_ms, k.tcp.least_rtt_ms);
  keep_least(f.path_mtu, k.tcp.path_mtu);
  bool own_choice = k.asked.max_segment == 0;
  if (own_choice) keep_least(f.mss, k.tcp.mss);
  f.sent += k.tcp.segments_sent.value;
  f.repeated += k.tcp.retransmits.value;
}

std::string udp_word(const evidence::CaseFile& c) {
  std::string last;
  for (const auto& x : c.udp) {
    if (x.outcome == evidence::UdpOutcome::answered) return "answered";
    last = std::string(name_of(x.outcome));
  }
  return last == "waiting" ? "" : last;
}

}  // namespace

RunFacts facts_of(const Report& r) {
  const evidence::CaseFile& c = r.evidence;
  RunFacts f;
  f.report = &r;
  f.known = r.diagnosis.health != causes::Health::unknown || !r.diagnosis.causes.empty();
  f.fails = r.diagnosis.health == causes::Health::failing;
  WatchRound round = watch_round(c, 1);
  f.outcome = round.outcome;
  f.address = causes::main_address(c).empty() ? round.address : causes::main_address(c);
  if (!r.diagnosis.causes.empty() && r.diagnosis.causes.front().found.explains)
    f.cause = &r.diagnosis.causes.front();
  if (f.fails) f.stage = causes::failing_stage(c);
  if (f.fails && !f.stage && f.cause) f.stage = causes::stage_of(*f.cause);
  f.certificate = first_certificate(c, f.address);
  f.computer = first_computer(c, f.address);
  f.inspector = inspector_of(f.certificate);
  for (const Connection& k : c.connections) measure(f, k);
  f.udp = udp_word(c);
  return f;
}

bool same_certificate(const RunFacts& a, const RunFacts& b) {
  return a.certificate && b.certificate && !fingerprint(*a.certificate).empty() &&
         fingerprint(*a.certificate) == fingerprint(*b.certificate);
}

bool other_certificate(const RunFacts& a, const RunFacts& b) {
  if (!a.certificate || !b.certificate) return false;
  bool told = !fingerprint(*a.certificate).empty() && !fingerprint(*b.certificate).empty();
  return told && fingerprint(*a.certificate) != fingerprint(*b.certificate);
}

bool renewed_between(const RunFacts& a, const RunFacts& b) {
  if (!other_certificate(a, b)) return false;
  bool a_first = a.report->evidence.run.started < b.report->evidence.run.started;
  const RunFacts& earlier = a_first ? a : b;
  const RunFacts& later = a_first ? b : a;
  bool alike = equal_ignoring_case(earlier.certificate->subject, later.certificate->subject);
  return alike && earlier.report->evidence.run.started < later.certificate->not_before;
}

bool disjoint_addresses(const evidence::CaseFile& a, const evidence::CaseFile& b) {
  const auto& left = a.target.addresses;
  const auto& right = b.target.addresses;
  if (left.empty() || right.empty()) return false;
  return std::ranges::none_of(left, [&](auto& address) { return std::ranges::count(right, address) != 0; });
}

std::optional<std::int64_t> apart_ms(const RunFacts& a, const RunFacts& b) {
  std::int64_t left = a.report->evidence.run.started.ms;
  std::int64_t right = b.report->evidence.run.started.ms;
  if (left == 0 || right == 0) return std::nullopt;
  return left < right ? right - left : left - right;
}

}  // namespace rdpdoctor::report
