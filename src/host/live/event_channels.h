// The event log service of the running Windows: whether a channel is on, and what it holds. wevtapi.dll is
// looked up when it is first needed. On another system each is an Error that says so.
#pragma once

#include <string>
#include <vector>

#include "base/byte_source.h"
#include "base/error.h"
#include "base/reading.h"
#include "base/time.h"

namespace rdpdoctor::host {

// Absent: there is no such channel.
[[nodiscard]] Reading<bool> channel_enabled(std::string_view channel);
// Turns it on or off by the service's own interface, as `wevtutil sl` does, and asks it again afterwards. One
// that is so already is left alone; an analytic or debug channel may lose its events when it is turned on.
[[nodiscard]] Result<void> enable_channel(std::string_view channel, bool on);

// Events as XML: <Events>, each <Event> as EvtRender gives it, UTF-8, oldest first. `xpath`: "*", or a
// condition on System. At most `most` of the newest, 64 MiB of text. Absent: there is no such channel. An
// analytic or debug channel that is on is unreadable until it is turned off.
[[nodiscard]] Reading<Bytes> channel_events(std::string_view channel, const std::string& xpath,
                                            std::size_t most);

}  // namespace rdpdoctor::host
