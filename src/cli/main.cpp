#include "cli/app.h"
#include "host/live/arguments.h"
#include "host/live/live.h"

int main(int argc, char** argv) {
  std::vector<std::string> arguments = rdpdoctor::host::arguments(argc, argv);
  rdpdoctor::host::take_console(arguments);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return rdpdoctor::cli::run(static_cast<int>(pointers.size()), pointers.data());
}
