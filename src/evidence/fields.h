// Every field of the case file, named once: the JSON writer and reader both walk these lists.
#pragma once

#include "base/names.h"
#include "evidence/case_file.h"
#include "evidence/client_fields.h"
#include "evidence/host_fields.h"

namespace rdpdoctor {

#define RDPDOCTOR_ENUM_NAMES(type, ...)                                    \
  template <>                                                              \
  struct EnumNames<type> {                                                 \
    using E = type;                                                        \
    static constexpr std::pair<E, std::string_view> all[] = {__VA_ARGS__}; \
  }

RDPDOCTOR_ENUM_NAMES(evidence::Stage, {E::name, "name"}, {E::tcp, "tcp"}, {E::x224, "x224"}, {E::tls, "tls"},
                     {E::nla, "nla"}, {E::session, "session"}, {E::udp, "udp"}, {E::path, "path"});
RDPDOCTOR_ENUM_NAMES(evidence::NameOutcome, {E::not_tried, "not_tried"}, {E::literal, "literal"},
                     {E::resolved, "resolved"}, {E::not_found, "not_found"}, {E::no_answer, "no_answer"},
                     {E::failed, "failed"}, {E::timed_out, "timed_out"});
RDPDOCTOR_ENUM_NAMES(evidence::TcpOutcome, {E::not_tried, "not_tried"}, {E::pending, "pending"},
                     {E::connected, "connected"}, {E::refused, "refused"}, {E::reset, "reset"},
                     {E::timed_out, "timed_out"}, {E::host_unreachable, "host_unreachable"},
                     {E::network_unreachable, "network_unreachable"}, {E::prohibited, "prohibited"},
                     {E::no_route, "no_route"}, {E::not_permitted, "not_permitted"}, {E::failed, "failed"});
RDPDOCTOR_ENUM_NAMES(evidence::DnsOutcome, {E::waiting, "waiting"}, {E::answered, "answered"},
                     {E::no_data, "no_data"}, {E::not_found, "not_found"}, {E::refused, "refused"},
                     {E::server_failed, "server_failed"}, {E::timed_out, "timed_out"},
                     {E::unreachable, "unreachable"}, {E::failed, "failed"});
RDPDOCTOR_ENUM_NAMES(evidence::EchoOutcome, {E::waiting, "waiting"}, {E::done, "done"},
                     {E::not_permitted, "not_permitted"}, {E::failed, "failed"});
RDPDOCTOR_ENUM_NAMES(evidence::UdpOutcome, {E::waiting, "waiting"}, {E::answered, "answered"},
                     {E::not_rdpeudp, "not_rdpeudp"}, {E::refused, "refused"},
                     {E::unreachable, "unreachable"}, {E::prohibited, "prohibited"}, {E::silent, "silent"},
                     {E::not_permitted, "not_permitted"}, {E::too_big, "too_big"}, {E::failed, "failed"});
RDPDOCTOR_ENUM_NAMES(evidence::BurstFate, {E::waiting, "waiting"}, {E::answered, "answered"},
                     {E::not_connected, "not_connected"}, {E::closed, "closed"}, {E::reset, "reset"},
                     {E::silent, "silent"});
RDPDOCTOR_ENUM_NAMES(evidence::X224Outcome, {E::not_tried, "not_tried"}, {E::waiting, "waiting"},
                     {E::confirmed, "confirmed"}, {E::negotiation_failure, "negotiation_failure"},
                     {E::not_rdp, "not_rdp"}, {E::malformed, "malformed"}, {E::closed, "closed"},
                     {E::reset, "reset"}, {E::silent, "silent"});
RDPDOCTOR_ENUM_NAMES(evidence::TlsOutcome, {E::not_tried, "not_tried"}, {E::waiting, "waiting"},
                     {E::completed, "completed"}, {E::server_hello, "server_hello"}, {E::alert, "alert"},
                     {E::closed, "closed"}, {E::reset, "reset"}, {E::silent, "silent"},
                     {E::not_tls, "not_tls"}, {E::failed_here, "failed_here"});
RDPDOCTOR_ENUM_NAMES(evidence::NlaOutcome, {E::not_tried, "not_tried"}, {E::waiting, "waiting"},
                     {E::challenged, "challenged"}, {E::refused, "refused"}, {E::closed, "closed"},
                     {E::reset, "reset"}, {E::alert, "alert"}, {E::silent, "silent"},
                     {E::malformed, "malformed"});
RDPDOCTOR_ENUM_NAMES(evidence::SessionOutcome, {E::unreadable, "unreadable"}, {E::begun, "begun"},
                     {E::refused, "refused"}, {E::active, "active"});
RDPDOCTOR_ENUM_NAMES(evidence::Topic, {E::system, "system"}, {E::remote_desktop, "remote-desktop"},
                     {E::services, "services"}, {E::listener, "listener"}, {E::certificate, "certificate"},
                     {E::tls, "schannel"}, {E::logon, "logon"}, {E::firewall, "firewall"},
                     {E::network, "network"}, {E::profiles, "profiles"}, {E::updates, "updates"},
                     {E::logs, "logs"});
RDPDOCTOR_ENUM_NAMES(evidence::Ending, {E::open, "open"}, {E::local, "local"}, {E::fin, "fin"},
                     {E::reset, "reset"}, {E::timed_out, "timed_out"}, {E::unfinished, "unfinished"},
                     {E::error, "error"});

#undef RDPDOCTOR_ENUM_NAMES

}  // namespace rdpdoctor

namespace rdpdoctor::evidence {

// fields(v, s) calls v("key", member) for each member of s. S is const when writing.
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Target>
{
  v("asked", s.asked), v("host", s.host), v("port", s.port), v("is_address", s.is_address);
  v("addresses", s.addresses);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Complaint>
{
  v("code", s.code), v("extended", s.extended);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, DnsAnswer>
{
  v("server", s.server), v("asked_for", s.asked_for), v("question", s.question), v("type", s.type),
      v("outcome", s.outcome);
  v("addresses", s.addresses), v("names", s.names), v("ttl_s", s.ttl_s), v("error", s.error), v("ms", s.ms);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, NameFacts>
{
  v("outcome", s.outcome), v("error", s.error), v("os_code", s.os_code), v("ms", s.ms);
  v("hosts_file", s.hosts_file), v("hosts_lines", s.hosts_lines), v("search_list", s.search_list),
      v("servers", s.servers), v("dns", s.dns);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Icmp>
{
  v("type", s.type), v("code", s.code), v("from", s.from), v("ttl", s.ttl), v("path_mtu", s.path_mtu),
      v("at_ms", s.at_ms);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SeenReset>
{
  v("ttl", s.ttl), v("at_ms", s.at_ms);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SeenPackets>
{
  v("syn_ack_ttl", s.syn_ack_ttl), v("syn_ack_mss", s.syn_ack_mss), v("data_ttl", s.data_ttl),
      v("resets", s.resets);
  v("data_packets", s.data_packets), v("gaps", s.gaps), v("repeats", s.repeats), v("icmp", s.icmp);
  v("client_ttl", s.client_ttl), v("client_resets", s.client_resets);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Flight>
{
  v("bytes", s.bytes), v("first_bytes", s.first_bytes), v("wait_ms", s.wait_ms), v("spread_ms", s.spread_ms);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, TcpFacts>
{
  v("outcome", s.outcome), v("os_error", s.os_error), v("connect_ms", s.connect_ms), v("icmp", s.icmp);
  v("rtt_ms", s.rtt_ms), v("least_rtt_ms", s.least_rtt_ms), v("rtt_variation_ms", s.rtt_variation_ms);
  v("syn_retransmits", s.syn_retransmits), v("retransmits", s.retransmits), v("needless", s.needless),
      v("segments_sent", s.segments_sent);
  v("mss", s.mss), v("received_mss", s.received_mss), v("path_mtu", s.path_mtu), v("packets", s.packets),
      v("flight", s.flight);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Control>
{
  v("address", s.address), v("port", s.port), v("started_ms", s.started_ms), v("tcp", s.tcp);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Echo>
{
  v("address", s.address), v("packet_bytes", s.packet_bytes), v("started_ms", s.started_ms),
      v("outcome", s.outcome), v("problem", s.problem);
  v("sent", s.sent), v("answers_ms", s.answers_ms), v("answer_ttls", s.answer_ttls), v("icmp", s.icmp);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, UdpExchange>
{
  v("address", s.address), v("port", s.port), v("what", s.what), v("datagram_bytes", s.datagram_bytes),
      v("version", s.version);
  v("started_ms", s.started_ms), v("outcome", s.outcome), v("ms", s.ms);
  v("answer_version", s.answer_version), v("answer_flags", s.answer_flags), v("answer_bytes", s.answer_bytes);
  v("up_mtu", s.up_mtu), v("down_mtu", s.down_mtu), v("icmp", s.icmp), v("problem", s.problem),
      v("first_bytes", s.first_bytes);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, BurstConnection>
{
  v("phase", s.phase), v("started_ms", s.started_ms), v("ms", s.ms), v("fate", s.fate), v("tcp", s.tcp);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Burst>
{
  v("wanted", s.wanted), v("finished", s.finished), v("connections", s.connections);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Asked>
{
  v("address", s.address), v("what", s.what), v("cookie", s.cookie), v("proxy_header", s.proxy_header);
  v("server_name", s.server_name), v("max_segment", s.max_segment);
  v("protocols", s.protocols), v("tls", s.tls), v("nla", s.nla);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, X224Facts>
{
  v("outcome", s.outcome), v("selected", s.selected), v("flags", s.flags), v("failure_code", s.failure_code);
  v("spoke", s.spoke), v("spoke_detail", s.spoke_detail), v("first_bytes", s.first_bytes);
  v("problem", s.problem), v("bytes", s.bytes), v("ms", s.ms);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Certificate>
{
  v("subject", s.subject), v("issuer", s.issuer), v("common_name", s.common_name),
      v("dns_names", s.dns_names);
  v("ip_addresses", s.ip_addresses), v("not_before", s.not_before), v("not_after", s.not_after);
  v("key_type", s.key_type), v("key_bits", s.key_bits), v("signature_algorithm", s.signature_algorithm);
  v("signature_hash", s.signature_hash), v("has_extended_key_usage", s.has_extended_key_usage);
  v("extended_key_usage", s.extended_key_usage), v("key_usage", s.key_usage);
  v("self_issued", s.self_issued), v("serial", s.serial), v("sha1_thumbprint", s.sha1_thumbprint);
  v("sha256_thumbprint", s.sha256_thumbprint);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ClientHello>
{
  v("versions", s.versions), v("server_name", s.server_name), v("cipher_suites", s.cipher_suites),
      v("sha1_signatures", s.sha1_signatures);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, TlsFacts>
{
  v("outcome", s.outcome), v("version", s.version), v("cipher", s.cipher), v("signature", s.signature);
  v("alert", s.alert), v("server_hello_seen", s.server_hello_seen), v("hello_bytes", s.hello_bytes);
  v("bytes", s.bytes), v("ms", s.ms), v("problem", s.problem), v("system_status", s.system_status),
      v("chain", s.chain);
  v("client_alert", s.client_alert), v("client_hello", s.client_hello);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, NlaFacts>
{
  v("outcome", s.outcome), v("version", s.version), v("error_code", s.error_code), v("alert", s.alert);
  v("netbios_computer_name", s.netbios_computer_name), v("netbios_domain_name", s.netbios_domain_name);
  v("dns_computer_name", s.dns_computer_name), v("dns_domain_name", s.dns_domain_name);
  v("host_clock", s.host_clock), v("our_clock", s.our_clock), v("os_version", s.os_version);
  v("problem", s.problem), v("bytes", s.bytes), v("ms", s.ms);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Seen>
{
  v("at", s.at), v("client", s.client), v("begun_before", s.begun_before), v("client_reset", s.client_reset),
      v("lost", s.lost);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SessionFacts>
{
  v("outcome", s.outcome), v("client_name", s.client_name), v("client_build", s.client_build),
      v("client_product_id", s.client_product_id), v("keyboard_layout", s.keyboard_layout),
      v("desktop_width", s.desktop_width), v("desktop_height", s.desktop_height), v("channels", s.channels),
      v("encryption_method", s.encryption_method), v("encryption_level", s.encryption_level),
      v("certificate", s.certificate), v("gcc_result", s.gcc_result), v("mcs_result", s.mcs_result),
      v("early_authorization", s.early_authorization), v("licensing_error", s.licensing_error),
      v("error_info", s.error_info), v("logon_error_type", s.logon_error_type),
      v("logon_error_data", s.logon_error_data), v("mcs_reason", s.mcs_reason),
      v("ended_by_client", s.ended_by_client), v("redirected_to", s.redirected_to),
      v("logon_seen", s.logon_seen), v("bytes_from_client", s.bytes_from_client),
      v("bytes_from_host", s.bytes_from_host), v("ms", s.ms);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Connection>
{
  v("number", s.number), v("source", s.source), v("seen", s.seen), v("asked", s.asked),
      v("started_ms", s.started_ms);
  v("tcp", s.tcp), v("x224", s.x224), v("tls", s.tls), v("nla", s.nla), v("session", s.session);
  v("ending", s.ending), v("host_log", s.host_log);
  v("ended_ms", s.ended_ms), v("bytes_sent", s.bytes_sent), v("bytes_received", s.bytes_received);
  v("pdus", s.pdus);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, SourceRead>
{
  v("source", s.source), v("kind", s.kind), v("channel", s.channel), v("computer", s.computer),
      v("records", s.records), v("damaged", s.damaged), v("left_out", s.left_out), v("first", s.first),
      v("last", s.last), v("inspected", s.inspected), v("problem", s.problem);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, EventValue>
{
  v("name", s.name), v("value", s.value);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Event>
{
  v("source", s.source), v("provider", s.provider), v("id", s.id), v("record", s.record), v("at", s.at),
      v("computer", s.computer), v("data", s.data), v("connection", s.connection);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, EventCount>
{
  v("source", s.source), v("provider", s.provider), v("id", s.id), v("computer", s.computer),
      v("times", s.times), v("first", s.first), v("last", s.last);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Told>
{
  v("source", s.source), v("line", s.line), v("family", s.family), v("value", s.value), v("sign", s.sign),
      v("words", s.words), v("about", s.about), v("at", s.at);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, RdpSetting>
{
  v("source", s.source), v("name", s.name), v("value", s.value);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ClockOffset>
{
  v("source", s.source), v("against", s.against), v("ahead_ms", s.ahead_ms), v("spread_ms", s.spread_ms),
      v("pairs", s.pairs);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, Run>
{
  v("started", s.started), v("ms", s.ms), v("timeout_ms", s.timeout_ms), v("interrupted", s.interrupted);
  v("deadline_reached", s.deadline_reached), v("light", s.light), v("client_os", s.client_os);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, CaseFile>
{
  v("target", s.target), v("complaint", s.complaint), v("name", s.name), v("connections", s.connections);
  v("controls", s.controls), v("echoes", s.echoes), v("udp", s.udp), v("burst", s.burst);
  v("sources", s.sources), v("events", s.events), v("event_counts", s.event_counts), v("told", s.told),
      v("rdp_settings", s.rdp_settings), v("clocks", s.clocks), v("host", s.host), v("client", s.client),
      v("run", s.run);
}

}  // namespace rdpdoctor::evidence
