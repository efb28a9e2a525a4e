#include "report/redact.h"

#include <algorithm>

#include "base/text.h"
#include "report/texts.h"

namespace rdpdoctor::report {
namespace {

enum class Kind {
  kept,        // words of our own, of a specification or of Windows
  name,        // a machine, a domain, an address
  user,        // an account's name or SID
  service,     // "TERMSRV/srv01": what a service's name stands for
  identifier,  // a number that is nobody else's
  bytes,       // hex
  channel,     // of an event log
  value,
  text,
};

struct Field {
  std::string_view key;
  Kind kind;
};
// By key, as the evidence has them (evidence/fields.h). What is not here is free text.
constexpr Field fields_known[] = {
    {"what", Kind::kept},
    {"tls", Kind::kept},
    {"cipher", Kind::kept},
    {"signature", Kind::kept},
    {"key_type", Kind::kept},
    {"signature_algorithm", Kind::kept},
    {"signature_hash", Kind::kept},
    {"extended_key_usage", Kind::kept},
    {"key_usage", Kind::kept},
    {"spoke", Kind::kept},
    {"phase", Kind::kept},
    {"type", Kind::kept},
    {"kind", Kind::kept},
    {"family", Kind::kept},
    {"sign", Kind::kept},
    {"provider", Kind::kept},
    {"name", Kind::kept},  // of an event's value or a setting
    {"hosts_lines", Kind::kept},
    {"os_version", Kind::kept},
    {"client_os", Kind::kept},
    {"certificate", Kind::kept},
    {"host", Kind::name},
    {"addresses", Kind::name},
    {"server", Kind::name},
    {"servers", Kind::name},
    {"question", Kind::name},
    {"names", Kind::name},
    {"search_list", Kind::name},
    {"hosts_file", Kind::name},
    {"from", Kind::name},
    {"address", Kind::name},
    {"client", Kind::name},
    {"common_name", Kind::name},
    {"dns_names", Kind::name},
    {"ip_addresses", Kind::name},
    {"server_name", Kind::name},
    {"netbios_computer_name", Kind::name},
    {"netbios_domain_name", Kind::name},
    {"dns_computer_name", Kind::name},
    {"dns_domain_name", Kind::name},
    {"client_name", Kind::name},
    {"redirected_to", Kind::name},
    {"computer_name", Kind::name},
    {"domain", Kind::name},
    {"remote_address", Kind::name},
    {"dhcp_server", Kind::name},
    {"user", Kind::user},
    {"target", Kind::service},
    {"computer", Kind::name},
    {"about", Kind::name},
    {"serial", Kind::identifier},
    {"pinned", Kind::identifier},
    {"self_signed", Kind::identifier},
    {"sha1_thumbprint", Kind::identifier},
    {"sha256_thumbprint", Kind::identifier},
    {"client_product_id", Kind::identifier},
    {"first_bytes", Kind::bytes},
    {"channel", Kind::channel},
    {"value", Kind::value},
};

Kind kind_of(std::string_view key) {
  for (const Field& f : fields_known) {
    if (f.key == key) return f.kind;
  }
  return Kind::text;
}

// The TPKT header tells a cause; what follows may hold a name.
std::string header_only(const std::string& hex) {
  static constexpr std::size_t header = 12;  // "03 00 00 13 "
  std::size_t length = std::min({hex.find_first_not_of("0123456789abcdefABCDEF "), hex.size(), header});
  return length == hex.size() ? hex : hex.substr(0, length) + "…";
}

bool is_windows_channel(std::string_view channel) {
  for (std::string_view known : {"System", "Application", "Security", "Setup", "ForwardedEvents"}) {
    if (equal_ignoring_case(channel, known)) return true;
  }
  return channel.starts_with("Microsoft-Windows-");
}

// Values of events and settings whose name says what they are.
std::string replaced_value(Substitutes& s, std::string_view name, const std::string& v) {
  std::string n = lower(name);
  auto says = [&](std::string_view part) { return n.contains(part); };
  if (v == "-" || v.empty()) return v;
  if (says("sid")) return s.text(v);
  if (says("user") || says("account")) return s.user(v);
  if (says("workstation") || says("computer") || says("hostname") || says("domain") || says("full address") ||
      says("ipaddress") || says("clientip"))
    return s.name(v);
  return s.value(v);
}

// The class of a service's name is Windows' word.
std::string replaced_service(Substitutes& s, const std::string& v) {
  const std::size_t slash = v.find('/');
  if (slash == std::string::npos) return s.text(v);
  return v.substr(0, slash + 1) + s.name(std::string_view(v).substr(slash + 1));
}

std::string replaced(Substitutes& s, Kind kind, std::string_view name, const std::string& v) {
  switch (kind) {
    // A network is called as its domain or its wireless sender is.
    case Kind::kept: return name == "network" ? s.name(v) : v;
    case Kind::name: return s.name(v);
    case Kind::user: return s.user(v);
    case Kind::service: return replaced_service(s, v);
    case Kind::identifier: return s.identifier(v);
    case Kind::bytes: return header_only(v);
    case Kind::channel: return is_windows_channel(v) ? v : s.text(v);
    case Kind::value: return replaced_value(s, name, v);
    case Kind::text: break;
  }
  return s.text(v);
}

}  // namespace

void Redactor::learn(const evidence::CaseFile& c) {
  evidence::CaseFile copy = c;
  each_text(copy, [&](std::string_view key, std::string_view name, const std::string& v) {
    Kind kind = kind_of(key);
    const bool names = kind == Kind::name || kind == Kind::user || kind == Kind::service;
    if (names || (kind == Kind::value && !name.empty()))
      static_cast<void>(replaced(substitutes_, kind, name, v));
  });
}

void Redactor::redact(evidence::CaseFile& c) {
  learn(c);
  each_text(c, [&](std::string_view key, std::string_view name, std::string& v) {
    v = replaced(substitutes_, kind_of(key), name, v);
  });
}

void Redactor::redact(evidence::SourceRead& read) {
  each_text(read, [&](std::string_view key, std::string_view name, std::string& v) {
    v = replaced(substitutes_, kind_of(key), name, v);
  });
}

}  // namespace rdpdoctor::report
