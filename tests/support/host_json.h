// Machines of tests/hosts: what a case says lies over the healthy host, all of it as a host in memory. The
// form is in CONTRIBUTING.md ("Add a cause"). What is not of this form throws: a test must not pass because a
// word was misspelt. tests/integration/hosts.py makes the same machines as hives and files.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/text.h"
#include "host/key_names.h"
#include "host/memory/memory_host.h"
#include "host/registry.h"
#include "support/host_events.h"

namespace rdpdoctor::test {

using nlohmann::json;

inline constexpr std::string_view default_now = "2026-11-21T00:00:00Z";

inline json json_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  json out = json::parse(in, nullptr, false);
  if (!out.is_object()) throw std::runtime_error(path.string() + " is not a JSON object");
  return out;
}

inline std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  if (!std::filesystem::is_directory(folder)) return out;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".json") out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

class HostBuilder {
 public:
  explicit HostBuilder(std::string name) : host_(std::make_unique<host::MemoryHost>(std::move(name))) {}

  // What is said later replaces what was said before.
  void lay(const json& j) {
    check_names(j);
    for (const auto& [key, values] : part(j, "registry").items()) lay_key(key, values);
    for (const auto& [key, sddl] : part(j, "key_acls").items())
      host_->set_key_security(key, descriptor(sddl.get<std::string>()));
    for (const auto& [path, file] : part(j, "files").items()) lay_file(path, file);
    for (const auto& event : j.value("events", json::array())) events_.push_back(event);
    if (j.contains("running")) lay_running(j["running"]);
    if (j.contains("client")) lay_client(j["client"]);
    if (j.contains("now")) now_ = j["now"].get<std::string>();
    for (const auto& [what, why] : part(j, "unreadable").items()) lay_unreadable(what, why);
  }

  [[nodiscard]] Instant now() const {
    auto at = from_rfc3339(now_);
    return at ? *at : throw std::runtime_error("\"now\" is no time: " + now_);
  }
  // A log ends when the machine was last seen: its newest event is the host's time where no clock is.
  [[nodiscard]] std::unique_ptr<host::MemoryHost> take() {
    json events = events_;
    events.push_back({{"channel", "System"}, {"provider", "EventLog"}, {"id", 6013}, {"at", now_}});
    for (auto& [channel, bytes] : event_logs(events))
      host_->add_event_log(channel, log_name(channel), std::move(bytes));
    for (const char* hive : {"SYSTEM", "SOFTWARE", "SECURITY"})
      host_->add_hive({hive, std::string("config/") + hive, state_of(hive), bad_hives_[hive]});
    return std::move(host_);
  }

 private:
  static const json& part(const json& j, const char* name) {
    static const json nothing = json::object();
    return j.contains(name) ? j.at(name) : nothing;
  }
  static void check_names(const json& j) {
    static const std::set<std::string> known{"about",  "registry", "key_acls", "unreadable",
                                             "files",  "events",   "running",  "now",
                                             "expect", "never",    "health",   "client"};
    for (const auto& [name, value] : j.items())
      if (!known.contains(name)) throw std::runtime_error("a case has no \"" + name + "\"");
  }
  static Bytes bytes_of(const json& text) {
    auto bytes = from_hex(text.get<std::string>());
    return bytes ? *bytes : throw std::runtime_error("not hexadecimal: " + text.get<std::string>());
  }
  static formats::SecurityDescriptor descriptor(const std::string& sddl) {
    auto out = formats::from_sddl(sddl);
    return out ? *out : throw std::runtime_error("not SDDL: " + sddl);
  }
  static Bytes text_with_end(const std::string& text) {
    Bytes out = utf8_to_utf16le(text);
    out.insert(out.end(), 2, 0);
    return out;
  }
  static Bytes number(std::uint64_t value, std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return out;
  }
  static Bytes texts(const json& list) {
    Bytes out;
    for (const auto& text : list) {
      Bytes one = text_with_end(text.get<std::string>());
      out.insert(out.end(), one.begin(), one.end());
    }
    out.insert(out.end(), 2, 0);
    return out;
  }
  static host::RegistryValue value_of(const std::string& name, const json& v) {
    if (!v.is_object() || v.size() != 1) throw std::runtime_error("the value " + name + " has no form");
    const std::string& form = v.begin().key();
    const json& is = v.begin().value();
    if (form == "dword") return {name, host::reg_dword, number(is.get<std::uint32_t>(), 4)};
    if (form == "qword") return {name, host::reg_qword, number(is.get<std::uint64_t>(), 8)};
    if (form == "sz") return {name, host::reg_sz, text_with_end(is.get<std::string>())};
    if (form == "expand_sz") return {name, host::reg_expand_sz, text_with_end(is.get<std::string>())};
    if (form == "multi_sz") return {name, host::reg_multi_sz, texts(is)};
    if (form == "binary") return {name, host::reg_binary, bytes_of(is)};
    if (form == "none") return {name, host::reg_none, bytes_of(is)};
    throw std::runtime_error("a value has no form \"" + form + "\"");
  }
  void lay_key(const std::string& key, const json& values) {
    if (values.is_null()) return host_->remove_key(key);
    host_->add_key(key);
    for (const auto& [name, v] : values.items()) {
      if (v.is_null()) {
        host_->remove_value(key, name);
      } else {
        host_->set(key, value_of(name, v));
      }
    }
  }
  void lay_file(const std::string& path, const json& f) {
    static const std::set<std::string> known{"size",     "sddl",        "hex",   "text",
                                             "modified", "no_security", "folder"};
    if (f.is_null()) return host_->remove_file(path);
    for (const auto& [name, v] : f.items())
      if (!known.contains(name)) throw std::runtime_error("a file has no \"" + name + "\"");
    host::MemoryFile file;
    if (f.contains("hex")) file.content = bytes_of(f["hex"]);
    if (f.contains("text")) {
      const auto text = f["text"].get<std::string>();
      file.content.assign(text.begin(), text.end());
    }
    file.info.size = f.value("size", static_cast<std::uint64_t>(file.content.size()));
    if (most_content < file.info.size) throw std::runtime_error(path + " is too large for a test");
    file.content.resize(file.info.size);
    file.info.is_folder = f.value("folder", false);
    file.info.modified = from_rfc3339(f.value("modified", "2026-01-01T00:00:00Z"));
    if (f.contains("sddl")) file.security = decltype(file.security)::present(descriptor(f["sddl"]));
    if (f.contains("no_security")) file.security = decltype(file.security)::unreadable(f["no_security"]);
    host_->add_file(path, std::move(file));
  }
  void lay_running(const json& r) {
    if (r.contains("services")) {
      std::vector<host::RunningService> all;
      for (const auto& s : r["services"])
        all.push_back(
            {s.value("name", ""), s.value("state", ""), s.value("process_id", 0U), s.value("exit_code", 0U)});
      host_->set_running_services(Reading<decltype(all)>::present(std::move(all)));
    }
    if (r.contains("listening")) {
      std::vector<host::Listening> all;
      for (const auto& l : r["listening"])
        all.push_back({l.value("protocol", "tcp"), l.value("address", "0.0.0.0"),
                       l.value<std::uint16_t>("port", 0), l.value("process_id", 0U), l.value("program", ""),
                       l.value("service", "")});
      host_->set_listening(Reading<decltype(all)>::present(std::move(all)));
    }
  }
  // What a list of a client holds: "why" it can't be read, or its entries.
  template <class T, class Take>
  static Reading<std::vector<T>> listed(const json& j, Take take) {
    if (j.is_string()) return Reading<std::vector<T>>::unreadable(j.get<std::string>());
    std::vector<T> out;
    for (const auto& entry : j) out.push_back(take(entry));
    return Reading<std::vector<T>>::present(std::move(out));
  }
  void lay_client(const json& c) {
    if (c.contains("user")) host_->set_user(Reading<std::string>::present(c["user"]));
    if (c.contains("credentials"))
      host_->set_saved_credentials(listed<host::SavedCredential>(c["credentials"], [](const json& e) {
        return host::SavedCredential{e.value("target", ""), e.value("user", ""),
                                     e.value("kind", "domain password"), from_rfc3339(e.value("written", "")),
                                     e.value("persist", "enterprise")};
      }));
    if (c.contains("products"))
      host_->set_security_products(listed<host::SecurityProduct>(c["products"], [](const json& e) {
        return host::SecurityProduct{
            e.value("name", ""), e.value("kind", "antivirus"), e.value("path", ""),
            e.contains("on") ? std::optional<bool>(e["on"].get<bool>()) : std::nullopt};
      }));
    if (c.contains("drops"))
      host_->set_filter_drops(listed<host::FilterDrop>(c["drops"], [](const json& e) {
        host::FilterDrop out;
        out.at = from_rfc3339(e.value("at", default_now.data())).value_or(Instant{});
        out.direction = e.value("direction", "out");
        out.protocol = e.value("protocol", "tcp");
        out.remote_address = e.value("remote_address", "");
        out.remote_port = e.value<std::uint16_t>("remote_port", 0);
        out.program = e.value("program", "");
        out.filter = e.value("filter", "");
        return out;
      }));
  }
  // "KEY: VALUE", "KEY" or a path. A whole hive is told among the hives, too.
  void lay_unreadable(const std::string& what, const std::string& why) {
    if (!what.starts_with("HK")) {
      host::MemoryFile file;
      file.unreadable = why;
      return host_->add_file(what, std::move(file));
    }
    const std::size_t colon = what.find(": ");
    if (colon != std::string::npos) {
      const std::string value = what.substr(colon + 2);
      return host_->set_unreadable(what.substr(0, colon), value == "(default)" ? "" : value, why);
    }
    host_->key_unreadable(what, why);
    if (host::parent_of(what) == "HKLM") bad_hives_[host::last_part(what)] = why;
  }
  host::HiveState state_of(const std::string& hive) {
    const std::string& why = bad_hives_[hive];
    if (why.empty()) return host::HiveState::clean;
    if (why.contains("damaged")) return host::HiveState::damaged;
    return why.contains("not ") ? host::HiveState::missing : host::HiveState::unreadable;
  }
  static constexpr std::uint64_t most_content = 64U << 20U;
  std::unique_ptr<host::MemoryHost> host_;
  json events_ = json::array();
  std::string now_{default_now};
  std::map<std::string, std::string> bad_hives_;  // why, by name
};

// The healthy host of tests/hosts/healthy with `over` on it.
inline HostBuilder host_under(const std::filesystem::path& hosts, const json& over) {
  HostBuilder out("the host of a test");
  for (const auto& path : json_files(hosts / "healthy")) out.lay(json_of(path));
  out.lay(over);
  return out;
}

}  // namespace rdpdoctor::test
