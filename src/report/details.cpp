#include "report/details.h"

#include "base/text.h"
#include "evidence/fields.h"
#include "fmt/core.h"
#include "report/layout.h"

namespace rdpdoctor::report {
namespace {

// What the kernel told of a connection; what it did not tell is said, never shown as nought.
std::string kernel_words(const evidence::TcpFacts& t) {
  auto part = [](std::string_view name, const auto& reading, std::string_view unit) {
    if (auto* v = reading.get()) return fmt::format(", {} {:.7g}{}", name, static_cast<double>(*v), unit);
    return reading.state == Presence::unreadable ? fmt::format(", {} not told ({})", name, reading.why)
                                                 : std::string();
  };
  return fmt::format("TCP {} after {:.1f} ms", name_of(t.outcome), t.connect_ms) +
         part("RTT", t.rtt_ms, " ms") + part("retransmits", t.retransmits, "") + part("MSS", t.mss, "") +
         part("path MTU", t.path_mtu, "");
}

// The packets themselves, for whoever may watch them.
std::string packet_words(const Reading<evidence::SeenPackets>& packets) {
  if (packets.state == Presence::unreadable) return "packets not watched: " + packets.why;
  const auto* seen = packets.get();
  if (!seen) return "";
  std::string out = seen->syn_ack_ttl == 0
                        ? "no SYN-ACK seen"
                        : fmt::format("SYN-ACK with TTL {}, MSS {}", seen->syn_ack_ttl, seen->syn_ack_mss);
  for (const auto& reset : seen->resets)
    out += fmt::format(", RST with TTL {} after {:.1f} ms", reset.ttl, reset.at_ms);
  if (seen->data_packets != 0)
    out += fmt::format(", {} with data, {} gaps, {} repeats", seen->data_packets, seen->gaps, seen->repeats);
  for (const auto& m : seen->icmp) out += fmt::format(", ICMP {}/{} from {}", m.type, m.code, m.from);
  return out;
}

std::string connection_words(const evidence::Connection& c) {
  if (!c.seen)
    return fmt::format("#{} {} to {}, at {:.0f} ms", c.number, c.asked.what, c.asked.address, c.started_ms);
  std::string out = fmt::format("#{} {} to {}, {} [{}]", c.number, c.seen->client, c.asked.address,
                                to_rfc3339(c.seen->at), c.source);
  if (c.seen->lost != 0) out += fmt::format(", {} bytes are not in the capture", c.seen->lost);
  if (const std::string* at = c.host_log.get()) out += ", in the host's log: " + *at;
  if (c.host_log.state == Presence::absent) out += ", not in the host's log";
  return out;
}

std::string connections(const Report& r, const TerminalStyle& style) {
  std::string out;
  for (const auto& c : r.evidence.connections) {
    out += "\n" + hanging("", connection_words(c), style.width);
    out += hanging("    ", kernel_words(c.tcp), style.width);
    if (std::string words = packet_words(c.tcp.packets); !words.empty())
      out += hanging("    ", words, style.width);
    for (const std::string& line : c.pdus) out += hanging("    ", line, style.width);
  }
  return out;
}

std::string names(const Report& r, const TerminalStyle& style) {
  const auto& n = r.evidence.name;
  std::string out;
  if (const auto* list = n.hosts_file.get())
    out +=
        hanging("    ", fmt::format("hosts file, line {}: {}", join(n.hosts_lines, ", "), join(*list, ", ")),
                style.width);
  for (const auto& a : n.dns) {
    std::vector<std::string> told = a.addresses;
    told.insert(told.end(), a.names.begin(), a.names.end());
    out += hanging("    ",
                   fmt::format("{} asked for {} ({}): {}{}{}, {:.1f} ms", a.server, a.question, a.type,
                               name_of(a.outcome), told.empty() ? "" : ": ", join(told, ", "), a.ms),
                   style.width);
  }
  return out.empty() ? "" : "\nnames\n" + out;
}

std::string besides(const Report& r, const TerminalStyle& style) {
  std::string out;
  for (const auto& k : r.evidence.controls)
    out += hanging("    ", fmt::format("port {} of {}: {}", k.port, k.address, kernel_words(k.tcp)),
                   style.width);
  for (const auto& e : r.evidence.echoes) {
    out += hanging("    ",
                   fmt::format("ICMP echo of {} bytes to {}: {}{}{}, {} of {} answered", e.packet_bytes,
                               e.address, name_of(e.outcome), e.problem.empty() ? "" : ": ", e.problem,
                               e.answers_ms.size(), e.sent),
                   style.width);
  }
  for (const auto& u : r.evidence.udp) {
    out += hanging("    ",
                   fmt::format("RDPEUDP {} of {} bytes to {}:{}, version 0x{:X}: {}, {:.1f} ms", u.what,
                               u.datagram_bytes, u.address, u.port, u.version, name_of(u.outcome), u.ms),
                   style.width);
  }
  for (const auto& b : r.evidence.burst.connections) {
    out += hanging("    ",
                   fmt::format("burst, {}, at {:.0f} ms: {} after {:.1f} ms", b.phase, b.started_ms,
                               name_of(b.fate), b.ms),
                   style.width);
  }
  return out.empty() ? "" : "\nbeside the connections\n" + out;
}

std::string event_words(const evidence::Event& e) {
  std::string out = fmt::format("{} record {}, {}, {} {} on {}", e.source, e.record, to_rfc3339(e.at),
                                e.provider, e.id, e.computer);
  if (e.connection != 0) out += fmt::format(", connection #{}", e.connection);
  std::string_view between = ": ";
  for (const auto& v : e.data) {
    if (v.value.empty()) continue;
    out += fmt::format("{}{}{}{}", between, v.name, v.name.empty() ? "" : "=", v.value);
    between = ", ";
  }
  return out;
}

std::string told_words(const evidence::Told& t) {
  std::string what = t.sign.empty() ? fmt::format("{} 0x{:X}", t.family, t.value) : t.sign;
  std::string about = t.about.empty() ? "" : " of " + t.about;
  return fmt::format("{} line {}: {}{}: {}", t.source, t.line, what, about, t.words);
}

// What files tell besides connections.
std::string from_logs(const Report& r, const TerminalStyle& style) {
  const auto& c = r.evidence;
  std::string events, counts, told;
  for (const auto& e : c.events) events += hanging("    ", event_words(e), style.width);
  for (const auto& n : c.event_counts) {
    counts += hanging("    ",
                      fmt::format("{} {} × {}, {} to {}, on {} [{}]", n.provider, n.id, n.times,
                                  to_rfc3339(n.first), to_rfc3339(n.last), n.computer, n.source),
                      style.width);
  }
  for (const auto& t : c.told) told += hanging("    ", told_words(t), style.width);
  std::string out;
  if (!events.empty()) out += "\nevents\n" + events;
  if (!counts.empty()) out += "\nhow often events stand in the logs\n" + counts;
  if (!told.empty()) out += "\ntold by texts\n" + told;
  return out;
}

}  // namespace

std::string details(const Report& r, const TerminalStyle& style) {
  return names(r, style) + connections(r, style) + besides(r, style) + from_logs(r, style);
}

}  // namespace rdpdoctor::report
