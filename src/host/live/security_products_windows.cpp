#ifdef _WIN32
#include "host/live/security_products.h"

#include <windows.h>
// After windows.h.
#include <wbemcli.h>

#include "fmt/core.h"
#include "host/live/com_windows.h"

namespace rdpdoctor::host {
namespace {

using Products = std::vector<SecurityProduct>;
using Answer = Reading<Products>;

constexpr CLSID locator_class = {0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0, 0xaa, 0, 0x4b, 0x2e, 0x24}};
constexpr IID locator_id = {0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0, 0xaa, 0, 0x4b, 0x2e, 0x24}};
constexpr LONG next_ms = 10'000;
constexpr std::size_t most_of_a_kind = 64;

struct Class {
  const wchar_t* query;
  const char* kind;
};
constexpr Class classes[] = {
    {L"SELECT displayName, productState, pathToSignedProductExe FROM AntiVirusProduct", "antivirus"},
    {L"SELECT displayName, productState, pathToSignedProductExe FROM FirewallProduct", "firewall"},
    {L"SELECT displayName, productState, pathToSignedProductExe FROM AntiSpywareProduct", "antispyware"},
};

// GetVersionEx tells a program without a manifest an old version; this one tells the kind of Windows only.
bool is_server() {
  OSVERSIONINFOEXW info{};
  info.dwOSVersionInfoSize = sizeof info;
  info.wProductType = VER_NT_WORKSTATION;
  const DWORDLONG equal = VerSetConditionMask(0, VER_PRODUCT_TYPE, VER_EQUAL);
  return VerifyVersionInfoW(&info, VER_PRODUCT_TYPE, equal) == 0;
}

std::string failure(const char* doing, HRESULT result) {
  if (result == static_cast<HRESULT>(WBEM_E_ACCESS_DENIED) || result == E_ACCESSDENIED)
    return fmt::format("{} (WMI denied access)", needs_elevation);
  if (result == static_cast<HRESULT>(WBEM_E_INVALID_NAMESPACE))
    return "this system's WMI has no root\\SecurityCenter2";
  return fmt::format("{}: WMI gave 0x{:08X}", doing, static_cast<std::uint32_t>(result));
}

HRESULT connect(const Com& com, ComPointer<IWbemServices>& services) {
  ComPointer<IWbemLocator> locator;
  HRESULT result = com.create(locator_class, locator_id, locator);
  if (FAILED(result)) return result;
  const ComText name_space(com, L"ROOT\\SecurityCenter2");
  result = locator->ConnectServer(name_space.get(), nullptr, nullptr, nullptr, WBEM_FLAG_CONNECT_USE_MAX_WAIT,
                                  nullptr, nullptr, services.out());
  return FAILED(result) ? result : com.impersonate(services.get());
}

SecurityProduct product_from(const Com& com, IWbemClassObject& object, const char* kind) {
  SecurityProduct out;
  out.kind = kind;
  ComValue name(com), path(com), state(com);
  if (SUCCEEDED(object.Get(L"displayName", 0, name.out(), nullptr, nullptr))) out.name = name.text();
  if (SUCCEEDED(object.Get(L"pathToSignedProductExe", 0, path.out(), nullptr, nullptr)))
    out.path = path.text();
  if (SUCCEEDED(object.Get(L"productState", 0, state.out(), nullptr, nullptr)) && state.get().vt == VT_I4)
    out.on = is_on(static_cast<std::uint32_t>(state.get().lVal));
  return out;
}

// Adds what there is of one class. "" or why it could not be read.
std::string add_products(const Com& com, IWbemServices& services, const Class& of, Products& out) {
  const ComText language(com, L"WQL"), query(com, of.query);
  ComPointer<IEnumWbemClassObject> objects;
  const LONG flags = WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY;
  HRESULT result = services.ExecQuery(language.get(), query.get(), flags, nullptr, objects.out());
  if (FAILED(result)) return failure(of.kind, result);
  if (const HRESULT proxy = com.impersonate(objects.get()); FAILED(proxy)) return failure(of.kind, proxy);
  for (std::size_t n = 0; n < most_of_a_kind; ++n) {
    ComPointer<IWbemClassObject> object;
    ULONG count = 0;
    result = objects->Next(next_ms, 1, object.out(), &count);
    if (result == WBEM_S_TIMEDOUT) return fmt::format("{}: WMI did not answer in time", of.kind);
    // Windows has no class of a kind that it no longer knows.
    if (FAILED(result) && result != static_cast<HRESULT>(WBEM_E_INVALID_CLASS))
      return failure(of.kind, result);
    if (result != WBEM_S_NO_ERROR || count == 0 || !object) return "";
    out.push_back(product_from(com, *object.get(), of.kind));
  }
  return "";
}

}  // namespace

Answer read_security_products() {
  const Com com(COINIT_MULTITHREADED);
  if (!com.ready()) return Answer::unreadable("COM can't be used on this system");
  ComPointer<IWbemServices> services;
  const HRESULT result = connect(com, services);
  if (result == static_cast<HRESULT>(WBEM_E_INVALID_NAMESPACE) && is_server()) {
    Answer none = Answer::absent();
    none.why = "the Security Center is not part of Windows Server";
    return none;
  }
  if (FAILED(result) || !services) return Answer::unreadable(failure("the Security Center", result));
  Products out;
  for (const Class& of : classes)
    if (std::string why = add_products(com, *services.get(), of, out); !why.empty())
      return Answer::unreadable(std::move(why));
  return Answer::present(std::move(out));
}

}  // namespace rdpdoctor::host
#endif
