#ifdef _WIN32
#include "host/live/live_writer.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "host/files.h"
#include "host/key_names.h"
#include "host/live/command_line.h"
#include "host/live/descriptor_layout.h"
#include "host/live/event_channels.h"
#include "host/live/file_change_windows.h"
#include "host/live/file_info_windows.h"
#include "host/live/firewall_live_windows.h"
#include "host/live/live.h"
#include "host/live/registry_edit_windows.h"
#include "host/live/registry_windows.h"
#include "host/live/run_command_windows.h"
#include "host/live/service_control_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr std::size_t longest_name = 200;

std::unexpected<Error> error(std::string doing, ErrorKind kind, std::string expected = "") {
  return std::unexpected(Error{std::move(doing), kind, 0, std::move(expected)});
}

// Of a file in the run's folder; a colon would name a stream of another one.
bool is_plain_name(std::string_view name) {
  const bool letters = std::ranges::all_of(name, [](char c) {
    return 0x20 <= static_cast<unsigned char>(c) && !std::string_view(R"(/\:*?"<>|)").contains(c);
  });
  return !name.empty() && name.size() <= longest_name && !name.starts_with('.') && letters;
}

Reading<Bytes> in_plain_layout(Reading<Bytes> read) {
  if (read.get()) read.value = plain_layout(read.value);
  return read;
}

const RegistryValue* find(const std::vector<RegistryValue>& values, std::string_view name) {
  const auto at = std::ranges::find_if(values, [&](const auto& v) { return same_name(v.name, name); });
  return at == values.end() ? nullptr : &*at;
}

// A service manager may write down all that it knows of a service, in words of its own (Wine's does): what
// the edit is not about goes back to what it was.
Result<void> configure(const ServiceSetting& setting, const RegistryEdit& edit) {
  const auto before = registry_values(edit.key);
  const auto asked = set_service(setting);
  const auto now = registry_values(edit.key);
  if (!before.get() || !now.get()) return asked;
  std::vector<RegistryEdit> back;
  for (const RegistryValue& was : before.value) {
    const auto* is = find(now.value, was.name);
    const bool same = is && is->type == was.type && is->data == was.data;
    if (!same && !same_name(was.name, edit.value.name))
      back.push_back({RegistryEdit::Kind::set_value, edit.key, was});
  }
  for (const RegistryValue& is : now.value)
    if (!find(before.value, is.name) && !same_name(is.name, edit.value.name))
      back.push_back({RegistryEdit::Kind::delete_value, edit.key, {.name = is.name}});
  const auto restored = edit_live_registry(back, [](const auto&, const auto&) { return Result<void>(); });
  return asked ? restored : asked;
}

Result<void> ask_the_service(const Owned& owner, const RegistryEdit& edit) {
  if (const auto* service = std::get_if<ServiceSetting>(&owner)) return configure(*service, edit);
  if (const auto* rule = std::get_if<FirewallSwitch>(&owner)) return switch_firewall_rule(*rule);
  if (const auto* channel = std::get_if<ChannelSwitch>(&owner))
    return enable_channel(channel->channel, channel->on);
  return {};
}

}  // namespace

LiveWriter::LiveWriter(std::unique_ptr<Host> host, std::string data)
    : host_(std::move(host)), runs_(std::move(data)) {}

std::string LiveWriter::current_set() {
  return last_part(host_->real_key(R"(HKLM\SYSTEM\CurrentControlSet)"));
}

Result<std::string> LiveWriter::full(std::string_view path) {
  std::string out = expanded(*host_, path);
  if (is_full_path(out)) return out;
  return error("find " + printable(path), ErrorKind::usage, R"(a full path, "C:\…")");
}

Result<void> LiveWriter::ready(const std::vector<std::string>& keys) {
  if (!is_elevated())
    return error(fmt::format("change this computer: {} (an administrator's full rights)", needs_elevation),
                 ErrorKind::not_permitted, "a prompt that was opened with \"Run as administrator\"");
  if (auto ok = runs_.trusted(); !ok) return ok;
  const std::string set = current_set();
  for (const std::string& key : keys) {
    if (may_be_owned(key, set)) continue;
    if (auto ok = may_write_key(host_->real_key(key)); !ok) return ok;
  }
  return {};
}

Result<void> LiveWriter::edit_registry(const std::string&, const std::vector<RegistryEdit>& edits) {
  const std::string set = current_set();
  return edit_live_registry(edits, [&](const RegistryEdit& edit, const Reading<RegistryValue>& before) {
    return ask_the_service(owned_by(edit, set, before), edit);
  });
}

Reading<Bytes> LiveWriter::file_security(std::string_view path) {
  auto at = full(path);
  return at ? in_plain_layout(file_security_bytes(*at)) : Reading<Bytes>::unreadable(to_text(at.error()));
}

Result<void> LiveWriter::set_file_security(std::string_view path, View descriptor) {
  auto at = full(path);
  return at ? set_file_access(*at, descriptor) : std::unexpected(at.error());
}

Reading<Bytes> LiveWriter::key_security(std::string_view key) {
  return in_plain_layout(registry_security(key));
}

Result<void> LiveWriter::set_key_security(std::string_view key, View descriptor) {
  return set_registry_security(std::string(key), descriptor);
}

Result<void> LiveWriter::set_aside(const std::string& run, std::string_view path, const std::string& as) {
  if (!is_plain_name(as)) return error("set a file aside as '" + printable(as, 80) + "'", ErrorKind::usage);
  auto from = full(path);
  if (!from) return std::unexpected(from.error());
  const auto info = file_info(*from);
  if (info.state == Presence::absent)
    return error(fmt::format("set aside {}: it is not there", printable(path)), ErrorKind::not_found);
  if (!info.get()) return error(fmt::format("set aside {}: {}", printable(path), info.why), ErrorKind::io);
  if (info.value.is_folder || info.value.is_link)
    return error("set aside " + printable(path), ErrorKind::usage, "a file");
  auto folder = runs_.make_aside(run);
  if (!folder) return std::unexpected(folder.error());
  return move_file(*from, under(*folder, as));
}

Result<void> LiveWriter::put_back(const std::string& run, const std::string& as, std::string_view path) {
  if (!is_plain_name(as)) return error("put back '" + printable(as, 80) + "'", ErrorKind::usage);
  auto to = full(path);
  if (!to) return std::unexpected(to.error());
  auto folder = runs_.make_aside(run);
  if (!folder) return std::unexpected(folder.error());
  return move_file(under(*folder, as), *to);
}

Reading<FileInfo> LiveWriter::aside(const std::string& run, const std::string& as) {
  if (!is_plain_name(as))
    return Reading<FileInfo>::unreadable("'" + printable(as, 80) + "' is no file's name");
  return file_info(runs_.aside(run, as));
}

Result<void> LiveWriter::control(std::string_view service, ServiceAction action) {
  return control_service(std::string(service), action);
}

Result<void> LiveWriter::run_command(const Arguments& command) {
  return run_program(command);
}

Result<std::unique_ptr<Writer>> open_live_writer() {
  auto host = open_live_host();
  if (!host) return std::unexpected(host.error());
  std::string data = program_data(**host);
  return std::make_unique<LiveWriter>(std::move(*host), std::move(data));
}

}  // namespace rdpdoctor::host
#endif
