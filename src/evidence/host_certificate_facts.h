// The listener's certificate and its private key, as the host has them.
#pragma once

#include "evidence/host_fact.h"

namespace rdpdoctor::evidence {

struct CertificateFacts {
  TextFact pinned;             // RDP-Tcp\SSLCertificateSHA1Hash, hex; it wins over the self-signed one
  TextFact self_signed;        // WinStations\SelfSignedCertificate, hex
  TextFact self_signed_store;  // WinStations\SelfSignedCertStore
};

}  // namespace rdpdoctor::evidence
