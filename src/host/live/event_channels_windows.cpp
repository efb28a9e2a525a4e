#ifdef _WIN32
#include "host/live/event_channels.h"

#include <windows.h>
// After windows.h.
#include <winevt.h>

#include <chrono>

#include "base/text.h"
#include "fmt/core.h"
#include "host/host.h"
#include "host/live/event_list.h"
#include "host/live/system_library_windows.h"
#include "host/live/wide_windows.h"

namespace rdpdoctor::host {
namespace {

constexpr DWORD longest_event = 4 * 1024 * 1024;  // of UTF-16, in bytes
constexpr DWORD next_ms = 10'000;
constexpr std::chrono::seconds longest_reading{60};

struct Service {
  SystemLibrary library{L"wevtapi.dll"};
  decltype(&EvtOpenChannelConfig) open_config = nullptr;
  decltype(&EvtGetChannelConfigProperty) get_config = nullptr;
  decltype(&EvtSetChannelConfigProperty) set_config = nullptr;
  decltype(&EvtSaveChannelConfig) save_config = nullptr;
  decltype(&EvtQuery) query = nullptr;
  decltype(&EvtNext) next = nullptr;
  decltype(&EvtRender) render = nullptr;
  decltype(&EvtClose) close = nullptr;

  Service() {
    library.find("EvtOpenChannelConfig", open_config);
    library.find("EvtGetChannelConfigProperty", get_config);
    library.find("EvtSetChannelConfigProperty", set_config);
    library.find("EvtSaveChannelConfig", save_config);
    library.find("EvtQuery", query);
    library.find("EvtNext", next);
    library.find("EvtRender", render);
    library.find("EvtClose", close);
  }
  [[nodiscard]] bool is_there() const {
    return open_config && get_config && set_config && save_config && query && next && render && close;
  }
};

const Service& service() {
  static const Service the_service;
  return the_service;
}

class Handle {
 public:
  explicit Handle(EVT_HANDLE handle) : handle_(handle) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (handle_) service().close(handle_);
  }
  [[nodiscard]] EVT_HANDLE get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  EVT_HANDLE handle_;
};

constexpr const char* no_library = "wevtapi.dll is not there, or lacks functions of the event log service";

std::string why(DWORD code) {
  switch (code) {
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD: return fmt::format("{} (the event log denied access)", needs_elevation);
    case RPC_S_SERVER_UNAVAILABLE:
    case EPT_S_NOT_REGISTERED:
    case ERROR_SERVICE_NOT_ACTIVE:
      return fmt::format("the Windows Event Log service does not run ({})", code);
    // As an imitation of Windows does.
    case ERROR_SUCCESS:
    case ERROR_CALL_NOT_IMPLEMENTED: return "this system's event log service can't be asked";
    case ERROR_EVT_INVALID_OPERATION_OVER_ENABLED_DIRECT_CHANNEL:
      return "the log is on: it can be read once it was turned off";
    default: return fmt::format("the event log service gave error {}", code);
  }
}

// A property of a channel.
Reading<EVT_VARIANT> property(const Handle& config, EVT_CHANNEL_CONFIG_PROPERTY_ID id, DWORD type) {
  using Answer = Reading<EVT_VARIANT>;
  EVT_VARIANT value{};
  DWORD used = 0;
  SetLastError(ERROR_SUCCESS);
  if (!service().get_config(config.get(), id, 0, sizeof value, &value, &used))
    return Answer::unreadable(why(GetLastError()));
  if (value.Type != type) return Answer::unreadable("the event log service gave another type");
  return Answer::present(value);
}

struct Config {
  Handle handle;
  DWORD error;
};
Config open_config(std::string_view channel) {
  SetLastError(ERROR_SUCCESS);
  const EVT_HANDLE handle = service().open_config(nullptr, wide(std::string(channel)).c_str(), 0);
  return {Handle(handle), GetLastError()};
}

// Analytic and debug channels are written past the service: read only when they are off, and forward only. By
// its name where its configuration is kept from us.
bool is_direct(const Config& config, std::string_view channel) {
  if (!config.handle) return channel.ends_with("/Analytic") || channel.ends_with("/Debug");
  const auto type = property(config.handle, EvtChannelConfigType, EvtVarTypeUInt32);
  return type.get() &&
         (type.value.UInt32Val == EvtChannelTypeAnalytic || type.value.UInt32Val == EvtChannelTypeDebug);
}

// As XML; "" when it can't be rendered.
std::string rendered(EVT_HANDLE event, std::vector<std::uint8_t>& buffer) {
  DWORD used = 0, properties = 0;
  for (int i = 0; i < 2; ++i) {
    const auto room = static_cast<DWORD>(buffer.size());
    if (service().render(nullptr, event, EvtRenderEventXml, room, buffer.data(), &used, &properties)) {
      std::string text = utf16le_to_utf8(View(buffer).first(std::min<std::size_t>(used, buffer.size())));
      if (const std::size_t end = text.find('\0'); end != std::string::npos) text.resize(end);
      return text;
    }
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || longest_event < used) return "";
    buffer.resize(used);
  }
  return "";
}

// Takes events until the query ends or the list is full. 0, or the error that ended it early.
DWORD take_all(const Handle& query, bool forward, EventList& out) {
  std::vector<std::uint8_t> buffer(64U * 1024U);
  const auto deadline = std::chrono::steady_clock::now() + longest_reading;
  bool room = true;
  while (room) {
    if (deadline < std::chrono::steady_clock::now()) return ERROR_TIMEOUT;
    EVT_HANDLE events[64] = {};
    DWORD count = 0;
    SetLastError(ERROR_SUCCESS);
    if (!service().next(query.get(), std::size(events), events, next_ms, 0, &count)) {
      const DWORD code = GetLastError();
      const bool overwritten = code == ERROR_EVT_QUERY_RESULT_STALE && 0 < out.size();
      return code == ERROR_NO_MORE_ITEMS || overwritten ? ERROR_SUCCESS
             : code == ERROR_SUCCESS                    ? ERROR_CALL_NOT_IMPLEMENTED
                                                        : code;
    }
    for (DWORD i = 0; i < count; ++i) {
      const Handle event(events[i]);
      std::string text = rendered(event.get(), buffer);
      if (text.empty()) continue;
      if (forward) out.add_newer(std::move(text));
      if (!forward && room) room = out.add_older(std::move(text));
    }
  }
  return ERROR_SUCCESS;
}

Error failed(std::string_view channel, bool on, const std::string& because) {
  const bool denied = because.starts_with(needs_elevation);
  return {fmt::format("turn the log {} {}: {}", printable(channel), on ? "on" : "off", because),
          denied ? ErrorKind::not_permitted : ErrorKind::usage, 0, ""};
}

}  // namespace

Reading<bool> channel_enabled(std::string_view channel) {
  using Answer = Reading<bool>;
  if (!service().is_there()) return Answer::unreadable(no_library);
  const Config config = open_config(channel);
  if (!config.handle && config.error == ERROR_EVT_CHANNEL_NOT_FOUND) return Answer::absent();
  if (!config.handle) return Answer::unreadable(why(config.error));
  auto enabled = property(config.handle, EvtChannelConfigEnabled, EvtVarTypeBoolean);
  if (!enabled.get()) return Answer::unreadable(std::move(enabled.why));
  return Answer::present(enabled.value.BooleanVal != 0);
}

Result<void> enable_channel(std::string_view channel, bool on) {
  const Reading<bool> before = channel_enabled(channel);
  if (before.state == Presence::absent)
    return std::unexpected(
        Error{fmt::format("this Windows has no log {}", printable(channel)), ErrorKind::not_found, 0, ""});
  if (!before.get()) return std::unexpected(failed(channel, on, before.why));
  if (before.value == on) return {};
  {
    const Config config = open_config(channel);
    EVT_VARIANT wanted{};
    wanted.Type = EvtVarTypeBoolean;
    wanted.BooleanVal = on ? TRUE : FALSE;
    SetLastError(ERROR_SUCCESS);
    const bool saved = config.handle &&
                       service().set_config(config.handle.get(), EvtChannelConfigEnabled, 0, &wanted) &&
                       service().save_config(config.handle.get(), 0);
    const DWORD code = config.handle ? GetLastError() : config.error;
    if (!saved) return std::unexpected(failed(channel, on, why(code)));
  }
  const Reading<bool> after = channel_enabled(channel);
  if (after.get() && after.value == on) return {};
  return std::unexpected(failed(channel, on, "it is not, though the event log service said it was done"));
}

Reading<Bytes> channel_events(std::string_view channel, const std::string& xpath, std::size_t most) {
  using Answer = Reading<Bytes>;
  if (!service().is_there()) return Answer::unreadable(no_library);
  const Config config = open_config(channel);
  const bool forward = is_direct(config, channel);
  const DWORD direction = forward ? EvtQueryForwardDirection : EvtQueryReverseDirection;
  SetLastError(ERROR_SUCCESS);
  const Handle query(service().query(nullptr, wide(std::string(channel)).c_str(), wide(xpath).c_str(),
                                     EvtQueryChannelPath | direction));
  if (!query) {
    const DWORD code = GetLastError();
    if (code == ERROR_EVT_CHANNEL_NOT_FOUND) return Answer::absent();
    // A channel that was never on has no file yet.
    if (config.handle && code == ERROR_FILE_NOT_FOUND) return Answer::present(EventList(0).document());
    return Answer::unreadable(why(code));
  }
  EventList events(most);
  if (const DWORD code = take_all(query, forward, events); code != ERROR_SUCCESS)
    return Answer::unreadable(why(code));
  return Answer::present(events.document());
}

}  // namespace rdpdoctor::host
#endif
