// What the PowerShell collector takes: the one table of it. src/cli/collector_test.cpp compares it with what
// inspections and plans of fixes ask of every machine of the tests.
#pragma once

#include <span>
#include <string_view>

namespace rdpdoctor::collect {

// A part of a key or path in <> stands for names that are told by the machine:
//   <store>    what SelfSignedCertStore of WinStations names
//   <class>    LoadableProtocol_Object and CitrixBackupRdpTcpLoadableProtocolObject of each listener
//   <user>     SID of who runs the script
//   <library>  ServiceDll of TermService, expanded
//   <server>   InprocServer32 of each <class>, as COM finds it
//   <profile>  ProfileImagePath of each user, expanded
//   <PATTERN>  each subkey with such a name: <*>, <Package_for_RollupFix~*>
enum class Take {
  tree,    // the key and all below it, but for what is left out
  values,  // the values that are named, by | between them ("" is the default value)
  names,   // the names of its subkeys
  access,  // its access list
};
struct ScriptKey {
  Take take = Take::tree;
  std::string_view key;
  std::string_view values = {};
};
[[nodiscard]] std::span<const ScriptKey> script_keys();

// Below a tree: a subkey of such a name is not read, and a value of such a name that is no number.
[[nodiscard]] std::span<const std::string_view> script_secret_keys();
[[nodiscard]] std::span<const std::string_view> script_secret_values();  // parts of names

enum class TakeFile {
  folder,    // all files in it, with sizes and access lists
  file,      // whether it is there, its size and access list
  presence,  // whether it is there; what it says is not collected
};
struct ScriptFile {
  TakeFile take = TakeFile::file;
  std::string_view path;
};
[[nodiscard]] std::span<const ScriptFile> script_files();

struct ScriptChannel {
  std::string_view channel;
  std::string_view providers = {};  // their names, by |; "" all
  std::string_view ids = {};        // by |; "" all
};
[[nodiscard]] std::span<const ScriptChannel> script_channels();

}  // namespace rdpdoctor::collect
