// A small Windows machine as an image holds it: what the tests of hosts change and read.
#pragma once

#include "formats/security_descriptor.h"
#include "support/hive_writer.h"
#include "support/tree_in_memory.h"

namespace rdpdoctor::test {

inline const std::string config_folder = "Windows/System32/config/";

struct Machine {
  HiveNode system{.name = "ROOT"}, software{.name = "ROOT"};
  std::unique_ptr<TreeInMemory> tree = std::make_unique<TreeInMemory>();

  Machine() {
    system.key("Select").dword("Current", 1);
    system.key("ControlSet001\\Control\\Terminal Server").dword("fDenyTSConnections", 0);
    software.key("Microsoft\\Windows NT\\CurrentVersion").sz("SystemRoot", "C:\\Windows");
    tree->file("Windows/System32/kernel32.dll", Bytes(10));  // a whole volume, no collection of some files
    tree->folder("Windows/System32/config");
  }
  // Last: the hives as they have become.
  void write_hives(const HiveStyle& style = {}) {
    tree->file(config_folder + "SYSTEM", hive_file(system, style));
    tree->file(config_folder + "SOFTWARE", hive_file(software));
  }
};

}  // namespace rdpdoctor::test
