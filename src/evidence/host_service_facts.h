// The service that answers, its listeners, and the services that it needs.
#pragma once

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

// HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server, and the policy over it.
struct RemoteDesktopFacts {
  NumberFact deny_connections;         // fDenyTSConnections
  NumberFact outstanding_connections;  // MaxOutstandingConnections
  NumberFact drain_mode;               // TSServerDrainMode
  TextFact logons_disabled;            // Winlogon\WinStationsDisabled, "1": `change logon /disable`
};

// One key below WinStations.
struct ListenerFacts {
  std::string name;           // "RDP-Tcp"
  NumberFact enabled;         // fEnableWinStation
  NumberFact logon_disabled;  // fLogonDisabled
  NumberFact port;            // PortNumber
  NumberFact adapter;         // LanAdapter: 0 all, else the number of one
  Fact<bool> adapter_exists;  // of a LanAdapter that is not 0
  NumberFact max_instances;   // MaxInstanceCount
  TextFact protocol_object;   // LoadableProtocol_Object
  TextFact protocol_server;   // the file that this object's CLSID names as its InprocServer32
  TextFact backup_object;     // what Citrix set aside: CitrixBackupRdpTcpLoadableProtocolObject
  NumberFact security_layer;
  NumberFact user_authentication;
  NumberFact min_encryption_level;
};

struct ServiceFacts {
  std::string name;
  NumberFact start;     // 2 automatic, 3 manual, 4 disabled
  TextFact account;     // ObjectName
  TextFact image_path;  // as stored
  TextFact library;     // Parameters\ServiceDll, expanded
  Fact<bool> library_exists;
  Fact<bool> library_readable;  // by the service's account
  TextFact state;               // "running"; unreadable for a disk
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
