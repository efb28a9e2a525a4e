// A library of Windows and what it exports, looked up when it is needed: the program starts also where there
// is none. Windows only.
#pragma once

#include <windows.h>

namespace rdpdoctor::host {

class SystemLibrary {
 public:
  // From System32 and nowhere else, whatever lies beside the program.
  explicit SystemLibrary(const wchar_t* name)
      : module_(LoadLibraryExW(name, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32)) {}
  SystemLibrary(const SystemLibrary&) = delete;
  SystemLibrary& operator=(const SystemLibrary&) = delete;
  ~SystemLibrary() {
    if (module_) FreeLibrary(module_);
  }

  [[nodiscard]] bool is_open() const { return module_ != nullptr; }
  // nullptr where it exports no such function.
  template <class Function>
  void find(const char* name, Function& out) const {
    out = module_ ? reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(module_, name)))
                  : nullptr;
  }

 private:
  HMODULE module_;
};

}  // namespace rdpdoctor::host
