// What was read of the Windows machine itself (inspect/): facts by topic, each with where it stands. In the
// words of Windows' administrators; nothing is judged here.
#pragma once

#include <optional>

#include "evidence/host_certificate_facts.h"
#include "evidence/host_fact.h"
#include "evidence/host_firewall_facts.h"
#include "evidence/host_policy_facts.h"
#include "evidence/host_profile_facts.h"
#include "evidence/host_service_facts.h"

namespace rdpdoctor::evidence {

// The topics of an inspection, in the order they are told.
enum class Topic {
  system,
  remote_desktop,
  services,
  listener,
  certificate,
  tls,
  logon,
  firewall,
  network,
  profiles,
  updates,
  logs
};

// One registry hive, and how far it could be trusted.
struct HiveFacts {
  std::string name;  // "SYSTEM"
  std::string path;
  std::string state;   // "clean", "recovered", "dirty", "damaged", "missing", "unreadable"
  std::string detail;  // "sequence numbers 1622 and 1621, 37 pages replayed"
};

struct SystemFacts {
  TextFact computer_name;
  TextFact domain;        // Tcpip\Parameters\Domain
  TextFact product;       // "Windows Server 2022 Datacenter"
  TextFact build;         // "20348.2113"
  TextFact machine_guid;  // Cryptography\MachineGuid
  TextFact control_set;   // "ControlSet001"
  Fact<Instant> clock;    // the machine's own
  std::vector<HiveFacts> hives;
};

struct HostFacts {
  std::string kind;    // "image", "bundle", "memory", "live"
  std::string source;  // "/mnt/windows"
  Instant read_at;     // by the reader's clock
  SystemFacts system;
  RemoteDesktopFacts remote_desktop;
  std::vector<ServiceFacts> services;
  std::vector<ListenerFacts> listeners;
  Reading<std::vector<ListeningFacts>> listening;  // programs on the listener's port
  CertificateFacts certificate;
  TlsPolicyFacts tls;
  LogonPolicyFacts logon;
  FirewallFacts firewall;
  NetworkFacts network;
  ProfileFacts profiles;
  UpdateFacts updates;
};

}  // namespace rdpdoctor::evidence
