// The fields of host_service_facts.h.
#pragma once

#include <type_traits>

#include "evidence/host_certificate_fields.h"
#include "evidence/host_service_facts.h"

namespace rdpdoctor::evidence {

template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, RemoteDesktopFacts>
{
  v("deny_connections", s.deny_connections), v("outstanding_connections", s.outstanding_connections),
      v("drain_mode", s.drain_mode), v("logons_disabled", s.logons_disabled);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ListenerFacts>
{
  v("name", s.name), v("exists", s.exists), v("enabled", s.enabled), v("logon_disabled", s.logon_disabled),
      v("port", s.port), v("adapter", s.adapter), v("adapter_guid", s.adapter_guid),
      v("adapter_exists", s.adapter_exists), v("max_instances", s.max_instances),
      v("protocol_object", s.protocol_object), v("protocol_server", s.protocol_server),
      v("protocol_server_exists", s.protocol_server_exists), v("backup_object", s.backup_object),
      v("security_layer", s.security_layer), v("user_authentication", s.user_authentication),
      v("min_encryption_level", s.min_encryption_level);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ServiceFacts>
{
  v("name", s.name), v("exists", s.exists), v("start", s.start), v("account", s.account),
      v("image_path", s.image_path), v("depends_on", s.depends_on), v("wanted", s.wanted),
      v("state", s.state), v("library", s.library), v("library_exists", s.library_exists),
      v("library_access", s.library_access);
}
template <class V, class S>
void fields(V& v, S& s)
  requires std::is_same_v<std::remove_const_t<S>, ListeningFacts>
{
  v("protocol", s.protocol), v("address", s.address), v("port", s.port), v("process_id", s.process_id),
      v("program", s.program), v("service", s.service);
}

}  // namespace rdpdoctor::evidence
