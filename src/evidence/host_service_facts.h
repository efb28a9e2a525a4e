// The service that answers, its listeners, and the services that it needs.
#pragma once

#include <string_view>

#include "evidence/host_certificate_facts.h"
#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

// HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server, and the policy over it.
struct RemoteDesktopFacts {
  NumberFact deny_connections;         // fDenyTSConnections
  NumberFact outstanding_connections;  // MaxOutstandingConnections
  NumberFact drain_mode;               // TSServerDrainMode
  TextFact logons_disabled;            // Winlogon\WinStationsDisabled, "1": `change logon /disable`
};

// One key below WinStations; RDP-Tcp is always among them, also where its key is not there.
struct ListenerFacts {
  std::string name;           // "RDP-Tcp"
  Fact<bool> exists;          // its key; absent: there is none
  NumberFact enabled;         // fEnableWinStation
  NumberFact logon_disabled;  // fLogonDisabled
  NumberFact port;            // PortNumber
  NumberFact adapter;         // LanAdapter: 0 all, else the number of one
  TextFact adapter_guid;      // of a LanAdapter that is not 0: the key of `lanatable` with this LanaId
  Fact<bool> adapter_exists;  // whether Windows knows an adapter of that GUID
  NumberFact max_instances;   // MaxInstanceCount
  TextFact protocol_object;   // LoadableProtocol_Object
  TextFact protocol_server;   // the file that this object's CLSID names as its InprocServer32, expanded
  Fact<bool> protocol_server_exists;
  TextFact backup_object;  // what Citrix set aside: CitrixBackupRdpTcpLoadableProtocolObject
  NumberFact security_layer;
  NumberFact user_authentication;
  NumberFact min_encryption_level;
};

// The services that an inspection reads. TermService answers; of the others each is needed for something
// that causes/service_stopped.cpp names. TermDD is a driver that TermService depended on up to Windows 7; LSM
// is a service since Windows 8.
inline constexpr std::string_view inspected_services[] = {
    "TermService", "RpcSs",    "RpcEptMapper", "DcomLaunch", "TermDD",           "LSM",
    "nsi",         "Dhcp",     "KeyIso",       "CryptSvc",   "SessionEnv",       "UmRdpService",
    "CertPropSvc", "Netlogon", "BFE",          "mpssvc",     "LanmanWorkstation"};

struct ServiceFacts {
  std::string name;
  Fact<bool> exists;                          // its key; absent: there is none
  NumberFact start;                           // 2 automatic, 3 manual, 4 disabled
  TextFact account;                           // ObjectName
  TextFact image_path;                        // as stored
  Fact<std::vector<std::string>> depends_on;  // DependOnService
  Fact<bool> wanted;  // of Dhcp: whether the host's address comes from it; else not looked at
  TextFact state;     // "running"; unreadable for a disk
  // Of TermService: Parameters\ServiceDll, expanded; whether it is there; what its account may do with it.
  TextFact library;
  Fact<bool> library_exists;
  Fact<AccessFacts> library_access;
};

// A program that listens on the listener's port.
struct ListeningFacts {
  std::string protocol;
  std::string address;
  std::uint16_t port = 0;
  std::uint32_t process_id = 0;
  std::string program;
  std::string service;
};

}  // namespace rdpdoctor::evidence
