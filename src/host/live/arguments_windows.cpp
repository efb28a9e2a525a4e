#ifdef _WIN32
#include <windows.h>

#include <shellapi.h>

#include "host/live/arguments.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {

std::vector<std::string> arguments(int argc, const char* const* argv) {
  int count = 0;
  LPWSTR* const wide = CommandLineToArgvW(GetCommandLineW(), &count);
  if (!wide) return {argv, argv + argc};
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) out.push_back(narrow(wide[i]));
  LocalFree(static_cast<HLOCAL>(wide));
  return out;
}

}  // namespace rdpdoctor::host
#endif
