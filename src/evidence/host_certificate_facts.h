// The listener's certificate and its private key, as the host has them.
#pragma once

#include <cstdint>

#include "evidence/certificate.h"
#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

// What services get of a file or key by its access list.
struct AccessFacts {
  std::string sddl;
  std::string owner;                        // "SYSTEM"
  std::uint32_t network_service_lacks = 0;  // of what it needs to read, as TermService; 0: it may
  std::uint32_t system_lacks = 0;
  std::string denied;        // the entry that takes it away: "deny 0x120089 for Everyone"; "" if none does
  bool conditional = false;  // some entry depends on a condition that can't be weighed from here
};

// CERT_KEY_PROV_INFO: where the certificate says that its private key is.
struct KeyContainerFacts {
  std::string name;                 // "TSSecKeySet1"
  std::string provider;             // "Microsoft Enhanced Cryptographic Provider v1.0"
  std::uint32_t provider_type = 0;  // 0: CNG
  bool guessed = false;  // the certificate does not tell; it is one of those that Remote Desktop makes
};

// A certificate that the listener is told to use.
struct HostCertificate {
  std::string store;                  // "MY", "Remote Desktop"
  Fact<Certificate> certificate;      // absent: the store does not have it
  Fact<KeyContainerFacts> container;  // absent: it has no private key with it
  Fact<std::uint64_t> key_size;       // of the key's file; absent: there is no such file
  Fact<AccessFacts> key_access;
  std::vector<std::string> other_machines;  // files of that container with another MachineGuid
};

struct CertificateFacts {
  TextFact pinned;                 // RDP-Tcp\SSLCertificateSHA1Hash, hex; it wins over the self-signed one
  TextFact self_signed;            // WinStations\SelfSignedCertificate, hex
  TextFact self_signed_store;      // WinStations\SelfSignedCertStore
  TextFact template_name;          // CertTemplateName, by policy only
  HostCertificate of_pinned;       // not looked at where nothing is pinned
  HostCertificate of_self_signed;  // not looked at where none is named
  Fact<AccessFacts> store_access;  // SystemCertificates\<self_signed_store>: who may add a certificate
};

}  // namespace rdpdoctor::evidence
