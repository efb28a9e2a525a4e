#ifdef _WIN32
#include "host/live/client_text.h"

#include "fmt/core.h"
#include "host/live/com_windows.h"

namespace rdpdoctor::host {
namespace {

using Answer = Reading<std::string>;

// MsRdpClientNNotSafeForScripting [Microsoft, "IMsRdpClient5 interface"], the newest first. Each has what
// IMsRdpClient5 has; Windows 10 1809 brings 10 and 9.
constexpr CLSID clients[] = {
    {0xa0c63c30, 0xf08d, 0x4ab4, {0x90, 0x7c, 0x34, 0x90, 0x5d, 0x77, 0x0c, 0x7d}},  // 10
    {0x8b918b82, 0x7985, 0x4c24, {0x89, 0xdf, 0xc3, 0x3a, 0xd2, 0xbb, 0xfb, 0xcd}},  // 9
    {0xa3bc03a0, 0x041d, 0x42e3, {0xad, 0x22, 0x88, 0x2b, 0x78, 0x65, 0xc9, 0xc5}},  // 8
    {0x54d38bf7, 0xb1ef, 0x4479, {0x96, 0x74, 0x1b, 0xd6, 0xea, 0x46, 0x52, 0x58}},  // 7
};
constexpr IID dispatch_id = {0x00020400, 0, 0, {0xc0, 0, 0, 0, 0, 0, 0, 0x46}};
constexpr IID no_id = {};

HRESULT open_client(const Com& com, ComPointer<IDispatch>& client) {
  HRESULT result = REGDB_E_CLASSNOTREG;
  for (const CLSID& id : clients) {
    result = com.create(id, dispatch_id, client);
    if (SUCCEEDED(result)) return result;
  }
  return result;
}

Answer failed(std::string_view what, HRESULT result) {
  return Answer::unreadable(fmt::format("{} gave 0x{:08X}", what, static_cast<std::uint32_t>(result)));
}

Answer text_by(const Com& com, IDispatch& client, std::uint32_t code, std::uint32_t extended) {
  wchar_t name[] = L"GetErrorDescription";
  LPOLESTR names[] = {name};
  DISPID method = 0;
  HRESULT result = client.GetIDsOfNames(no_id, names, 1, LOCALE_USER_DEFAULT, &method);
  if (FAILED(result)) return failed("the Remote Desktop client's GetErrorDescription", result);
  VARIANTARG arguments[2] = {};  // the last one first
  arguments[1].vt = arguments[0].vt = VT_UI4;
  arguments[1].ulVal = code;
  arguments[0].ulVal = extended;
  DISPPARAMS parameters{arguments, nullptr, 2, 0};
  ComValue text(com);
  result = client.Invoke(method, no_id, LOCALE_USER_DEFAULT, DISPATCH_METHOD, &parameters, text.out(),
                         nullptr, nullptr);
  if (FAILED(result)) return failed("the Remote Desktop client's GetErrorDescription", result);
  std::string words(trim(text.text()));
  return words.empty() ? Answer::absent() : Answer::present(std::move(words));
}

}  // namespace

Answer client_error_text(std::uint32_t code, std::uint32_t extended) {
  const Com com(COINIT_APARTMENTTHREADED);
  if (!com.ready()) return Answer::unreadable("COM can't be used on this system");
  ComPointer<IDispatch> client;
  const HRESULT result = open_client(com, client);
  if (result == REGDB_E_CLASSNOTREG)
    return Answer::unreadable("the Remote Desktop client (mstscax.dll) is not registered here");
  if (FAILED(result) || !client) return failed("the Remote Desktop client (mstscax.dll)", result);
  return text_by(com, *client.get(), code, extended);
}

}  // namespace rdpdoctor::host
#endif
