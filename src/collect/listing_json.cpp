#include "collect/listing_json.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "fmt/core.h"
#include "host/bundle/listing.h"
#include "host/key_names.h"

namespace rdpdoctor::collect {
namespace {

// Fields stand as they are put.
using Json = nlohmann::ordered_json;
using host::RegistryValue;

Json unreadable(const std::string& why) {
  return {{"unreadable", why}};
}

// A list, "absent", or {"unreadable": "why"}; nothing where it was not asked for.
template <class T, class Make>
void put_list(Json& object, const char* name, const Reading<std::vector<T>>& reading, Make make) {
  if (reading.state == Presence::unreadable) object[name] = unreadable(reading.why);
  if (reading.state == Presence::absent) object[name] = "absent";
  if (!reading.get()) return;
  object[name] = Json::array();
  for (const T& one : reading.value) object[name].push_back(make(one));
}

// What an object says of itself instead of what it would hold.
template <class T>
bool put_missing(Json& object, const Reading<T>& reading) {
  if (reading.state == Presence::unreadable) object["unreadable"] = reading.why;
  if (reading.state == Presence::absent) object["absent"] = true;
  return reading.get() == nullptr;
}

void put_text(Json& object, const char* name, const Reading<std::string>& reading) {
  if (reading.state == Presence::unreadable) object[name] = unreadable(reading.why);
  if (reading.state == Presence::absent) object[name] = "absent";
  if (reading.get()) object[name] = reading.value;
}

Json text_json(const std::string& text) {
  return text;
}

Json value_json(const RegistryValue& value) {
  return {{"name", value.name}, {"type", value.type}, {"data", hex(value.data)}};
}

// As SDDL where that says all of it.
void put_security(Json& object, const Reading<formats::SecurityDescriptor>& security) {
  if (security.state == Presence::absent) object["security"] = "absent";
  if (security.state == Presence::unreadable) object["no_security"] = security.why;
  if (!security.get()) return;
  const std::string sddl = formats::to_sddl(security.value);
  const Bytes exact = formats::encode_security_descriptor(security.value);
  const auto back = formats::from_sddl(sddl);
  if (back && formats::encode_security_descriptor(*back) == exact)
    object["sddl"] = sddl;
  else
    object["descriptor"] = hex(exact);
}

// The list tells the same of it.
bool is_listed(const RecordedKey& key, const std::string& name, const Reading<RegistryValue>& value) {
  if (!key.list || key.list->state == Presence::unreadable) return false;
  for (const RegistryValue& one : key.list->value)
    if (host::same_name(one.name, name))
      return value.get() && one.type == value.value.type && one.data == value.value.data;
  return value.state == Presence::absent;
}

Json key_json(const std::string& name, const RecordedKey& key) {
  Json out{{"key", name}};
  if (key.list) put_list(out, "values", *key.list, value_json);
  Json asked = Json::array();
  for (const auto& [value_name, value] : key.values) {
    if (value.state == Presence::not_looked || is_listed(key, value_name, value)) continue;
    Json one{{"name", value_name}};
    if (!put_missing(one, value)) one = value_json(value.value);
    asked.push_back(std::move(one));
  }
  if (!asked.empty()) out["asked"] = std::move(asked);
  if (key.subkeys) put_list(out, "subkeys", *key.subkeys, text_json);
  if (key.security) put_security(out, *key.security);
  return out;
}

class FileWriter {
 public:
  explicit FileWriter(std::map<std::string, Bytes>& members) : members_(members) {}

  Json file_json(const std::string& path, const RecordedFile& file) {
    Json out{{"path", path}};
    if (file.info.state != Presence::not_looked && !put_missing(out, file.info))
      put_info(out, file.info.value);
    if (file.names) put_list(out, "names", *file.names, text_json);
    if (file.security) put_security(out, *file.security);
    if (file.hive) out["hive"] = hive_json(*file.hive);
    if (file.content) out["content"] = content_json(*file.content);
    return out;
  }

 private:
  static void put_info(Json& out, const host::FileInfo& info) {
    out["size"] = info.size;
    if (info.modified) out["modified"] = to_rfc3339(*info.modified);
    if (info.is_folder) out["folder"] = true;
    if (info.is_link) out["link"] = info.link;
  }

  static Json hive_json(const host::HiveExcerpt& hive) {
    Json out{{"size", hive.size}, {"header", hex(hive.header)}};
    if (!hive.problem.empty()) out["problem"] = hive.problem;
    if (!hive.expected.empty()) out["expected"] = hive.expected;
    if (hive.not_read) out["not_read"] = true;
    return out;
  }

  Json content_json(const Reading<host::FileParts>& content) {
    if (content.state == Presence::absent) return "absent";
    if (!content.get()) return unreadable(content.why);
    Json out{{"size", content.value.size}};
    Bytes all;
    Json parts = Json::array();
    for (const auto& [offset, bytes] : content.value.parts) {
      parts.push_back(Json::array({offset, bytes.size()}));
      all.insert(all.end(), bytes.begin(), bytes.end());
    }
    if (all.empty()) return out;
    const std::string name = fmt::format("files/{}.bin", ++files_);
    out["copy"] = name;
    out["parts"] = std::move(parts);
    members_[name] = std::move(all);
    return out;
  }

  std::map<std::string, Bytes>& members_;
  int files_ = 0;
};

// "Microsoft-Windows-…/Operational" as a file's name, as Windows itself does it.
std::string log_member(const std::string& channel) {
  std::string name;
  for (const char c : channel) {
    if (c == '/')
      name += "%4";
    else
      name += std::string_view("\\:*?\"<>|").contains(c) || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
  }
  return "events/" + name + ".xml";
}

Json log_json(const std::string& channel, const RecordedLog& log, std::map<std::string, Bytes>& members) {
  Json out{{"channel", channel}};
  if (put_missing(out, log.source)) return out;
  out["source"] = log.source.value;
  out["copy"] = log_member(channel);
  members[log_member(channel)] = log.content;
  return out;
}

Json service_json(const host::RunningService& s) {
  return {{"name", s.name}, {"state", s.state}, {"pid", s.process_id}, {"exit_code", s.exit_code}};
}
Json listening_json(const host::Listening& l) {
  return {{"protocol", l.protocol}, {"address", l.address}, {"port", l.port},
          {"pid", l.process_id},    {"program", l.program}, {"service", l.service}};
}
Json credential_json(const host::SavedCredential& c) {
  Json out{{"target", c.target}, {"user", c.user}, {"kind", c.kind}, {"persist", c.persist}};
  if (c.written) out["written"] = to_rfc3339(*c.written);
  return out;
}
Json product_json(const host::SecurityProduct& p) {
  Json out{{"name", p.name}, {"kind", p.kind}, {"path", p.path}};
  if (p.on) out["on"] = *p.on;
  return out;
}
Json drop_json(const host::FilterDrop& d) {
  return {{"at", to_rfc3339(d.at)},       {"direction", d.direction},
          {"protocol", d.protocol},       {"local_address", d.local_address},
          {"local_port", d.local_port},   {"remote_address", d.remote_address},
          {"remote_port", d.remote_port}, {"program", d.program},
          {"filter", d.filter},           {"layer", d.layer}};
}
Json hive_read_json(const host::HiveRead& hive) {
  static constexpr std::string_view words[] = {"clean",   "recovered", "dirty",
                                               "damaged", "missing",   "unreadable"};
  return {{"name", hive.name},
          {"path", hive.path},
          {"state", words[static_cast<std::size_t>(hive.state)]},
          {"detail", hive.detail}};
}

Reading<std::string> as_text(const Reading<Instant>& at) {
  return {at.state, at.get() ? to_rfc3339(at.value) : "", at.why};
}

void put_running(Json& out, const Records& records) {
  put_text(out, "clock", as_text(records.clock));
  put_list(out, "services", records.running_services, service_json);
  put_list(out, "listening", records.listening, listening_json);
  put_text(out, "user", records.user);
  put_list(out, "credentials", records.saved_credentials, credential_json);
  put_list(out, "security_products", records.security_products, product_json);
  put_list(out, "filter_drops", records.filter_drops, drop_json);
}

}  // namespace

std::string listing_json(const Records& records, const std::string& computer,
                         std::map<std::string, Bytes>& members) {
  Json out{{"schema", host::listing_schema}, {"computer", computer}};
  put_running(out, records);
  out["control_set"] = records.control_set;
  put_list(out, "hives", Reading<std::vector<host::HiveRead>>::present(records.hives), hive_read_json);
  out["registry"] = Json::array();
  for (const auto& [name, key] : records.keys) out["registry"].push_back(key_json(name, key));
  out["paths"] = Json::array();
  FileWriter files(members);
  for (const auto& [path, file] : records.files) out["paths"].push_back(files.file_json(path, file));
  out["logs"] = Json::array();
  for (const auto& [channel, log] : records.logs) out["logs"].push_back(log_json(channel, log, members));
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rdpdoctor::collect
