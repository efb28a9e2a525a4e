// COM, looked up when it is needed. Windows only.
#pragma once

#include <windows.h>
// After windows.h.
#include <oaidl.h>
#include <objbase.h>

#include <string>

#include "host/live/system_library_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {

// An interface that is released at the end.
template <class Interface>
class ComPointer {
 public:
  ComPointer() = default;
  ComPointer(const ComPointer&) = delete;
  ComPointer& operator=(const ComPointer&) = delete;
  ~ComPointer() { reset(); }
  // For a call that gives one.
  [[nodiscard]] Interface** out() {
    reset();
    return &pointer_;
  }
  Interface* operator->() const { return pointer_; }
  [[nodiscard]] Interface* get() const { return pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }

 private:
  void reset() {
    if (pointer_) pointer_->Release();
    pointer_ = nullptr;
  }
  Interface* pointer_ = nullptr;
};

// COM on this thread for as long as it lives. What was made with it has to go before it.
class Com {
 public:
  // COINIT_MULTITHREADED, or COINIT_APARTMENTTHREADED for controls. Where the thread has another apartment
  // already, that one serves.
  explicit Com(COINIT apartment) {
    ole_.find("CoInitializeEx", initialize_);
    ole_.find("CoUninitialize", uninitialize_);
    ole_.find("CoCreateInstance", create_);
    ole_.find("CoSetProxyBlanket", set_proxy_blanket_);
    automation_.find("SysAllocString", allocate_);
    automation_.find("SysFreeString", free_);
    automation_.find("VariantClear", clear_);
    if (!initialize_ || !uninitialize_ || !create_ || !set_proxy_blanket_ || !allocate_ || !free_ || !clear_)
      return;
    const HRESULT result = initialize_(nullptr, static_cast<DWORD>(apartment));
    initialized_ = SUCCEEDED(result);
    ready_ = initialized_ || result == RPC_E_CHANGED_MODE;
  }
  Com(const Com&) = delete;
  Com& operator=(const Com&) = delete;
  ~Com() {
    if (initialized_) uninitialize_();
  }
  [[nodiscard]] bool ready() const { return ready_; }

  // REQUIRES of all below: ready().
  template <class Interface>
  [[nodiscard]] HRESULT create(const CLSID& id, const IID& of, ComPointer<Interface>& out) const {
    return create_(id, nullptr, CLSCTX_INPROC_SERVER, of, reinterpret_cast<void**>(out.out()));
  }
  // As the user who runs the program, for calls that go to a service.
  [[nodiscard]] HRESULT impersonate(IUnknown* proxy) const {
    return set_proxy_blanket_(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CALL,
                              RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE);
  }
  [[nodiscard]] BSTR allocate(const wchar_t* text) const { return allocate_(text); }
  void free(BSTR text) const { free_(text); }
  void clear(VARIANT& value) const { clear_(&value); }

 private:
  SystemLibrary ole_{L"ole32.dll"}, automation_{L"oleaut32.dll"};
  decltype(&CoInitializeEx) initialize_ = nullptr;
  decltype(&CoUninitialize) uninitialize_ = nullptr;
  decltype(&CoCreateInstance) create_ = nullptr;
  decltype(&CoSetProxyBlanket) set_proxy_blanket_ = nullptr;
  decltype(&SysAllocString) allocate_ = nullptr;
  decltype(&SysFreeString) free_ = nullptr;
  decltype(&VariantClear) clear_ = nullptr;
  bool initialized_ = false, ready_ = false;
};

// A text that COM owns; freed at the end.
class ComText {
 public:
  ComText(const Com& com, const wchar_t* text) : com_(com), text_(com.allocate(text)) {}
  ComText(const ComText&) = delete;
  ComText& operator=(const ComText&) = delete;
  ~ComText() { com_.free(text_); }
  [[nodiscard]] BSTR get() const { return text_; }

 private:
  const Com& com_;
  BSTR text_;
};

class ComValue {
 public:
  explicit ComValue(const Com& com) : com_(com) {}
  ComValue(const ComValue&) = delete;
  ComValue& operator=(const ComValue&) = delete;
  ~ComValue() { com_.clear(value_); }
  [[nodiscard]] VARIANT* out() { return &value_; }
  [[nodiscard]] const VARIANT& get() const { return value_; }
  // "" for anything but a text.
  [[nodiscard]] std::string text() const {
    if (value_.vt != VT_BSTR || !value_.bstrVal) return "";
    return narrow({value_.bstrVal, wcsnlen(value_.bstrVal, 32U * 1024U)});
  }

 private:
  const Com& com_;
  VARIANT value_{};
};

}  // namespace rdpdoctor::host
