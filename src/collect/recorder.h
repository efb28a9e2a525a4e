// A Host that keeps what is asked of another one and what it answered: present, absent or unreadable. What an
// inspection and the plans of fixes read through it is exactly what the causes use, and all that a collection
// holds. Keys' values whose names say that they hold a secret are answered and not kept.
#pragma once

#include <map>
#include <set>

#include "host/host.h"

namespace rdpdoctor::collect {

struct RecordedKey {
  Presence state = Presence::present;  // of the key itself
  std::string why;
  std::map<std::string, Reading<host::RegistryValue>> values;  // by name, as asked; absent ones too
  bool all_values = false;                          // the list was asked for: `values` is all of it
  std::optional<std::vector<std::string>> subkeys;  // asked for; all of them
  std::optional<Reading<formats::SecurityDescriptor>> security;
};
struct RecordedFile {
  Reading<host::FileInfo> info;
  std::optional<Reading<std::vector<std::string>>> names;  // of a folder that was listed
  std::optional<Reading<formats::SecurityDescriptor>> security;
  std::optional<Reading<Bytes>> content;  // of one that was read; never of a private key
};
struct RecordedLog {
  Reading<std::string> source;
  Bytes content;
};

struct Records {
  std::map<std::string, RecordedKey> keys;    // by key, as asked
  std::map<std::string, RecordedFile> files;  // by path, as asked
  std::map<std::string, RecordedLog> logs;    // by channel
  Reading<std::vector<host::RunningService>> running_services;
  Reading<std::vector<host::Listening>> listening;
  Reading<Instant> clock;
  Reading<std::string> user;
  Reading<std::vector<host::SavedCredential>> saved_credentials;
  Reading<std::vector<host::SecurityProduct>> security_products;
  Reading<std::vector<host::FilterDrop>> filter_drops;
  std::map<std::string, std::string> real_keys;  // as asked, and as the machine cites it
};

// `machine` must outlive it.
[[nodiscard]] std::unique_ptr<host::Host> recording(host::Host& machine, Records& records);

}  // namespace rdpdoctor::collect
