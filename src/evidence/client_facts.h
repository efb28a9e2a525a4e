// What was read of the machine that connects (inspect/client_*.cpp): the client's side of a diagnosis. In the
// words of Windows' administrators; nothing is judged here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evidence/host_fact.h"
#include "evidence/host_firewall_facts.h"
#include "evidence/host_policy_facts.h"
#include "evidence/host_profile_facts.h"

namespace rdpdoctor::evidence {

// The topics of the client's side, in the order they are told.
enum class ClientTopic { system, version, tls, udp, credentials, firewall, security, sockets, log };

// An event channel of the client's: WINEVT\Channels\…: Enabled.
struct ClientChannel {
  std::string channel;  // "Microsoft-Windows-TerminalServices-RDPClient/Operational"
  NumberFact enabled;   // absent: the channel is not there, or has no such value
};

// An entry of the Winsock catalogue (WinSock2\Parameters\Protocol_Catalog9, NameSpace_Catalog5).
struct SocketProvider {
  std::string kind;     // "protocol", "layered protocol", "name space"
  std::string name;     // "MSAFD Tcpip [TCP/IP]"
  std::string library;  // expanded path
  bool own = false;     // one that Windows itself brings
  std::string source;   // its key
};

struct SavedCredentialFacts {
  std::string target;  // "TERMSRV/srv-fin-02"
  std::string user;
  std::string kind;
  std::optional<Instant> written;
};

struct SecurityProductFacts {
  std::string name;
  std::string kind;  // "antivirus", "firewall", "antispyware"
  std::string path;
  std::optional<bool> on;
};

struct FilterDropFacts {
  Instant at;
  std::string direction, protocol;
  std::string remote_address;
  std::uint16_t remote_port = 0;
  std::string program;
  std::string filter;
};

struct ClientFacts {
  std::string kind;  // of the host it was read from: "live", "bundle", …
  std::string source;
  Instant read_at;
  // system
  TextFact computer_name;
  TextFact domain;
  TextFact product;                    // "Windows 11 Pro"
  TextFact build;                      // "22631.4460"
  TextFact user;                       // SID whose settings were read
  std::vector<std::string> addresses;  // its own
  // version
  TextFact library_version;  // of mstscax.dll: "10.0.22621.3007"
  UpdateFacts updates;
  // tls: SCHANNEL\Protocols\TLS x.y\Client, suites, FIPS, CredSSP
  std::vector<ProtocolFacts> protocols;
  Fact<std::vector<std::string>> cipher_suites;
  NumberFact fips;
  NumberFact encryption_oracle;  // AllowEncryptionOracle
  NumberFact restrict_sending_ntlm;
  // udp
  NumberFact disable_udp;  // fClientDisableUDP: the policy, else the machine's own value
  // credentials
  Reading<std::vector<SavedCredentialFacts>> credentials;  // TERMSRV/* of the user
  // firewall: outbound
  std::vector<FirewallProfile> profiles;
  std::vector<NumberFact> default_outbound;  // of each profile: DefaultOutboundAction, 1 blocks
  // Active outbound rules for mstsc.exe and its kind, or for any program, that hold the target's port; their
  // `ports` are those of the other side. Absent: there are no rules at all.
  Fact<std::vector<FirewallRule>> blocking;
  Fact<std::vector<FirewallRule>> allowing;
  Reading<std::vector<FilterDropFacts>> drops;  // outbound, the newest first
  // security, sockets, log
  Reading<std::vector<SecurityProductFacts>> security_products;
  Fact<std::vector<SocketProvider>> socket_catalog;
  std::vector<ClientChannel> channels;
  // The system's own words for the codes that were complained of.
  Reading<std::string> complaint_text;
};

}  // namespace rdpdoctor::evidence
