// One interface to a Windows machine: a mounted volume, a bundle, a machine of a test, or the running one.
// Only what differs between them is virtual: the registry as stored, files with their security, event logs,
// and what runs. What is made of these (services, certificates, firewall rules, users' profiles, network
// settings) is read by functions beside it, the same for all. Nothing is ever written.
//
// Names are compared as Windows does, without regard to case. Every reading is present, absent or unreadable
// (and why); a key or folder in which something is looked for and that is not there makes it absent.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.h"
#include "base/reading.h"
#include "base/time.h"
#include "formats/security_descriptor.h"

namespace rdpdoctor::host {

// A value as stored: [MS-RRP] 2.2.9's types. Read it with registry.h.
struct RegistryValue {
  std::string name;  // "" is the key's default value
  std::uint32_t type = 0;
  Bytes data;
};

struct FileInfo {
  bool is_folder = false;
  std::uint64_t size = 0;
  std::optional<Instant> modified;
  bool is_link = false;  // a reparse point or symbolic link that was not followed, see `link`
  std::string link;      // where it leads, as far as known
};

// How one registry hive, or what stands for it, could be read.
enum class HiveState {
  clean,
  recovered,  // dirty, and its transaction logs were replayed into a copy in memory
  dirty,      // dirty, and its logs are missing or hold nothing newer: the last changes may be missing
  damaged,    // readable in part at most: a key that is not found may be one that can't be read
  missing,
  unreadable,
};
struct HiveRead {
  std::string name;  // "SYSTEM", "SOFTWARE", "SECURITY", "NTUSER.DAT of C:\Users\anna"
  std::string path;  // of the file, as the person who asked can find it
  HiveState state = HiveState::clean;
  std::string detail;  // "sequence numbers 1622 and 1621, 37 pages replayed from LOG1"; why it is damaged
};

struct RunningService {
  std::string name;
  std::string state;  // "running", "stopped", "start pending", …
  std::uint32_t process_id = 0;
  std::uint32_t exit_code = 0;
};
struct Listening {
  std::string protocol;  // "tcp", "udp"
  std::string address;   // "0.0.0.0", "::"
  std::uint16_t port = 0;
  std::uint32_t process_id = 0;
  std::string program;  // "svchost.exe"; "" if not told
  std::string service;  // "TermService"; "" if not told
};

// An entry of the Credential Manager for Remote Desktop, "TERMSRV/srv-fin-02". Never its secret.
struct SavedCredential {
  std::string target;
  std::string user;                // "CONTOSO\\anna"
  std::string kind;                // "generic", "domain password", "domain certificate", …
  std::optional<Instant> written;  // when it was last changed
  std::string persist;             // "session", "local machine", "enterprise"
};
// A product that is registered with Windows' Security Center.
struct SecurityProduct {
  std::string name;
  std::string kind;  // "antivirus", "firewall", "antispyware"
  std::string path;  // of its program, as registered
  std::optional<bool> on;
};
// A packet or connection that Windows' filtering platform dropped, as it keeps a few of them.
struct FilterDrop {
  Instant at;
  std::string direction;  // "out", "in", "" if not told
  std::string protocol;   // "tcp", "udp", a number
  std::string local_address, remote_address;
  std::uint16_t local_port = 0, remote_port = 0;
  std::string program;  // the application's path, as the record has it
  std::string filter;   // name or number of the filter that did it
  std::string layer;
};

class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  // "image", "bundle", "memory", "live".
  [[nodiscard]] virtual std::string_view kind() const = 0;
  // As the person who asked calls it: "/mnt/windows", "case.zip".
  [[nodiscard]] virtual std::string name() const = 0;

  // Keys are written as an administrator does: "HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server",
  // "HKU\S-1-5-21-…\Software\…". CurrentControlSet means the set that Select\Current names.
  [[nodiscard]] virtual Reading<RegistryValue> value(std::string_view key, std::string_view name) = 0;
  [[nodiscard]] virtual Reading<std::vector<RegistryValue>> values(std::string_view key) = 0;
  [[nodiscard]] virtual Reading<std::vector<std::string>> subkeys(std::string_view key) = 0;
  // The key's own security descriptor.
  [[nodiscard]] virtual Reading<formats::SecurityDescriptor> key_security(std::string_view key) = 0;
  // What to cite: with CurrentControlSet resolved, "HKLM\SYSTEM\ControlSet001\…".
  [[nodiscard]] virtual std::string real_key(std::string_view key) = 0;
  // Of the hives opened so far, in order.
  [[nodiscard]] virtual std::vector<HiveRead> hives() = 0;

  // Paths are the machine's own: "C:\ProgramData\…"; %SystemRoot%, %SystemDrive% and %ProgramData% at their
  // beginning are known (files.h).
  [[nodiscard]] virtual Reading<FileInfo> file(std::string_view path) = 0;
  [[nodiscard]] virtual Reading<std::vector<std::string>> folder(std::string_view path) = 0;  // names, sorted
  [[nodiscard]] virtual Reading<formats::SecurityDescriptor> file_security(std::string_view path) = 0;
  [[nodiscard]] virtual Reading<std::unique_ptr<RandomSource>> open(std::string_view path) = 0;

  // A whole event log, .evtx, by its channel: "System",
  // "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational".
  struct EventLog {
    std::string source;  // to cite: "System.evtx"
    std::unique_ptr<RandomSource> file;
  };
  [[nodiscard]] virtual Reading<EventLog> event_log(std::string_view channel) = 0;

  // What runs; unreadable for a disk, which holds no running programs.
  [[nodiscard]] virtual Reading<std::vector<RunningService>> running_services() = 0;
  [[nodiscard]] virtual Reading<std::vector<Listening>> listening() = 0;
  // The machine's clock when it was read; absent for a disk.
  [[nodiscard]] virtual Reading<Instant> clock() = 0;

  // What only a running machine tells, and a bundle that was collected of one. Unreadable where not
  // overridden. SID of the person whose client settings and saved credentials are read: who runs the program
  // there.
  [[nodiscard]] virtual Reading<std::string> user();
  [[nodiscard]] virtual Reading<std::vector<SavedCredential>> saved_credentials();  // of that user
  [[nodiscard]] virtual Reading<std::vector<SecurityProduct>> security_products();
  [[nodiscard]] virtual Reading<std::vector<FilterDrop>> filter_drops();  // the newest first
};

// What `why` of a reading begins with where more rights would read it: "needs elevation (…)".
inline constexpr std::string_view needs_elevation = "needs elevation";

}  // namespace rdpdoctor::host
