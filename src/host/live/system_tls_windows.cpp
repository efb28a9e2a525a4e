// Schannel as a client, through the security interface that every Windows has. Which flags mstsc itself asks
// Schannel for is not documented: nothing is asked for here that would narrow the system's own choice
// (no SCH_USE_STRONG_CRYPTO), so that only the policy of this machine decides.
#ifdef _WIN32
#include "host/live/system_tls.h"

#include <windows.h>
#define SECURITY_WIN32
#include <security.h>
// schannel.h hides SCH_CREDENTIALS behind this, and wants UNICODE_STRING with it.
#include <winternl.h>
#define SCHANNEL_USE_BLACKLISTS
#include <schannel.h>

#include <algorithm>
#include <array>
#include <span>

#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

// Of a whole handshake: a server sends a few kilobytes, with a chain of large certificates tens.
constexpr std::size_t most_received = 256 * 1024;
// Records that one piece of input may hold: each is a call of its own.
constexpr int most_rounds = 64;
constexpr unsigned long wanted = ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_CONFIDENTIALITY | ISC_REQ_STREAM |
                                 ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_EXTENDED_ERROR |
                                 ISC_REQ_MANUAL_CRED_VALIDATION | ISC_REQ_USE_SUPPLIED_CREDS;

// Looked up when first needed: the program starts without secur32.dll.
const SecurityFunctionTableW* security_functions() {
  static const SecurityFunctionTableW* const table = []() -> const SecurityFunctionTableW* {
    HMODULE library = LoadLibraryExW(L"secur32.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (!library) return nullptr;
    auto init = reinterpret_cast<INIT_SECURITY_INTERFACE_W>(
        reinterpret_cast<void*>(GetProcAddress(library, "InitSecurityInterfaceW")));
    return init ? init() : nullptr;
  }();
  return table;
}

std::optional<std::uint32_t> version_of(unsigned long protocol) {
  switch (protocol) {
    case SP_PROT_SSL3_CLIENT: return 0x0300;
    case SP_PROT_TLS1_0_CLIENT: return 0x0301;
    case SP_PROT_TLS1_1_CLIENT: return 0x0302;
    case SP_PROT_TLS1_2_CLIENT: return 0x0303;
    case SP_PROT_TLS1_3_CLIENT: return 0x0304;
    default: return std::nullopt;
  }
}

// Wine puts "<unknown>" where it knows no word: such a name is none.
std::string suite_name(std::span<const wchar_t> units) {
  std::string out;
  for (wchar_t unit : units) {
    if (unit == 0) break;
    bool usual = ('A' <= unit && unit <= 'Z') || ('0' <= unit && unit <= '9') || unit == '_';
    if (!usual) return "";
    out += static_cast<char>(unit);
  }
  return out;
}

class Schannel : public TokenHandshake {
 public:
  Schannel(const SecurityFunctionTableW& sspi, const std::string& server_name)
      : sspi_(sspi), server_name_(wide(server_name)) {}
  ~Schannel() override {
    if (has_context_) sspi_.DeleteSecurityContext(&context_);
    if (has_credentials_) sspi_.FreeCredentialsHandle(&credentials_);
  }

  Step begin() override {
    SECURITY_STATUS status = acquire();
    if (status != SEC_E_OK) return failed(status);
    Step step;
    status = call({}, step).status;
    return settled(status, std::move(step));
  }

  Step received(View bytes) override {
    Step step;
    received_ += bytes.size();
    if (most_received < received_) {
      step.state = Step::State::failed;
      step.status = static_cast<std::uint32_t>(SEC_E_ILLEGAL_MESSAGE);
      step.problem = "a handshake of more than 256 KiB";
      return step;
    }
    buffered_.insert(buffered_.end(), bytes.begin(), bytes.end());
    SECURITY_STATUS status = SEC_I_CONTINUE_NEEDED;
    for (int round = 0; round < most_rounds && !buffered_.empty(); ++round) {
      Called result = call(buffered_, step);
      status = result.status;
      if (status == SEC_I_INCOMPLETE_CREDENTIALS) continue;  // it asks for a certificate: without one, again
      if (status != SEC_I_CONTINUE_NEEDED) break;
      std::size_t used = buffered_.size() - result.left;
      buffered_.erase(buffered_.begin(), buffered_.begin() + static_cast<std::ptrdiff_t>(used));
      if (used == 0) break;
    }
    return settled(status, std::move(step));
  }

  [[nodiscard]] Agreed agreed() const override {
    Agreed out;
    if (!has_context_) return out;
    CtxtHandle context = context_;  // the interface takes no constant
    SecPkgContext_ConnectionInfo connection{};
    if (sspi_.QueryContextAttributesW(&context, SECPKG_ATTR_CONNECTION_INFO, &connection) == SEC_E_OK)
      out.version = version_of(connection.dwProtocol);
    SecPkgContext_CipherInfo cipher{};
    cipher.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
    if (sspi_.QueryContextAttributesW(&context, SECPKG_ATTR_CIPHER_INFO, &cipher) == SEC_E_OK)
      out.cipher = suite_name(cipher.szCipherSuite);
    return out;
  }

 private:
  struct Called {
    SECURITY_STATUS status = SEC_E_OK;
    std::size_t left = 0;  // bytes at the end of the input that it did not use
  };

  SECURITY_STATUS acquire_by(void* description) {
    static wchar_t package[] = UNISP_NAME_W;
    TimeStamp until{};
    SECURITY_STATUS status =
        sspi_.AcquireCredentialsHandleW(nullptr, package, SECPKG_CRED_OUTBOUND, nullptr, description, nullptr,
                                        nullptr, &credentials_, &until);
    has_credentials_ = status == SEC_E_OK;
    return status;
  }

  // SCH_CREDENTIALS (Windows 10 1809) is what lets Schannel offer TLS 1.3; an older one does not know it.
  SECURITY_STATUS acquire() {
    constexpr DWORD flags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    SCH_CREDENTIALS newer{};
    newer.dwVersion = SCH_CREDENTIALS_VERSION;
    newer.dwFlags = flags;
    SECURITY_STATUS status = acquire_by(&newer);
    if (status == SEC_E_OK) return status;
    SCHANNEL_CRED older{};
    older.dwVersion = SCHANNEL_CRED_VERSION;
    older.dwFlags = flags;
    return acquire_by(&older);
  }

  Called call(View input, Step& step) {
    Bytes copy(input.begin(), input.end());  // it may be written to
    std::array<SecBuffer, 2> in{};
    in[0] = {static_cast<unsigned long>(copy.size()), SECBUFFER_TOKEN, copy.data()};
    in[1] = {0, SECBUFFER_EMPTY, nullptr};
    SecBufferDesc in_list{SECBUFFER_VERSION, 2, in.data()};
    SecBuffer out{0, SECBUFFER_TOKEN, nullptr};
    SecBufferDesc out_list{SECBUFFER_VERSION, 1, &out};
    unsigned long attributes = 0;
    TimeStamp until{};
    bool first = !has_context_;
    Called called;
    called.status = sspi_.InitializeSecurityContextW(
        &credentials_, first ? nullptr : &context_, server_name_.empty() ? nullptr : server_name_.data(),
        wanted, 0, 0, first ? nullptr : &in_list, 0, first ? &context_ : nullptr, &out_list, &attributes,
        &until);
    if (first) has_context_ = 0 <= called.status;
    if (in[1].BufferType == SECBUFFER_EXTRA) called.left = std::min<std::size_t>(in[1].cbBuffer, copy.size());
    if (out.pvBuffer) {
      if (called.status != SEC_E_INCOMPLETE_MESSAGE) {
        const auto* token = static_cast<const std::uint8_t*>(out.pvBuffer);
        step.send.insert(step.send.end(), token, token + out.cbBuffer);
      }
      sspi_.FreeContextBuffer(out.pvBuffer);
    }
    return called;
  }

  static Step failed(SECURITY_STATUS status) { return settled(status, {}); }

  static Step settled(SECURITY_STATUS status, Step step) {
    if (status == SEC_E_OK) {
      step.state = Step::State::completed;
    } else if (status < 0 && status != SEC_E_INCOMPLETE_MESSAGE) {
      step.state = Step::State::failed;
      step.status = static_cast<std::uint32_t>(status);
    }
    return step;
  }

  const SecurityFunctionTableW& sspi_;
  std::wstring server_name_;
  CredHandle credentials_{};
  CtxtHandle context_{};
  bool has_credentials_ = false;
  bool has_context_ = false;
  Bytes buffered_;
  std::size_t received_ = 0;
};

}  // namespace

std::unique_ptr<TokenHandshake> system_tls(const std::string& server_name) {
  const SecurityFunctionTableW* sspi = security_functions();
  return sspi ? std::make_unique<Schannel>(*sspi, server_name) : nullptr;
}

}  // namespace rdpdoctor::host
#endif
