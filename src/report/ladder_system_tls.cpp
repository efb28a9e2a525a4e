#include "report/ladder_system_tls.h"

#include "base/text.h"
#include "causes/engine/tls_views.h"
#include "causes/engine/views.h"
#include "codes/registry.h"
#include "fmt/core.h"

namespace rdpdoctor::report {
namespace {

using namespace causes;
using evidence::TlsOutcome;

const Connection* by_the_system(const CaseFile& c) {
  const Connection* conn = attempt(c, "system tls");
  bool tried = conn && conn->tls.outcome != TlsOutcome::not_tried && conn->tls.outcome != TlsOutcome::waiting;
  return tried ? conn : nullptr;
}

// By its code, as an administrator would look it up, else in words.
std::string failure_words(const Connection& conn) {
  bool by_host = conn.tls.outcome != TlsOutcome::failed_here;
  std::string ending = by_host ? tls_ending_words(conn) : "";
  if (!conn.tls.system_status) return by_host ? ending : conn.tls.problem;
  std::string_view name = codes::name_or_empty("schannel", *conn.tls.system_status);
  std::string code = fmt::format("0x{:08X}{}{}", *conn.tls.system_status, name.empty() ? "" : " ", name);
  return by_host ? fmt::format("{} ({})", ending, code) : code;
}

}  // namespace

std::string agreed_versions(const CaseFile& c, const Connection& by_openssl) {
  std::string version = version_words(by_openssl.tls.version.value_or(0));
  const Connection* own = by_the_system(c);
  if (!own || own->tls.outcome != TlsOutcome::completed || !own->tls.version) return version;
  if (own->tls.version == by_openssl.tls.version) return version;
  return fmt::format("{} by OpenSSL, {} by Schannel", version, version_words(*own->tls.version));
}

std::string system_tls_words(const CaseFile& c, const Connection& by_openssl) {
  const Connection* own = by_the_system(c);
  if (!own) return "";
  if (own->tls.outcome != TlsOutcome::completed) return "; Schannel fails: " + failure_words(*own);
  if (by_openssl.tls.outcome == TlsOutcome::completed) return "";
  return "; Schannel gets through" + (own->tls.version ? ": " + version_words(*own->tls.version) : "");
}

}  // namespace rdpdoctor::report
