// The service manager of the running Windows. Windows only.
#pragma once

#include "host/live/owned_values.h"

namespace rdpdoctor::host {

// What already is as asked for is no error. A stop takes the running services along that depend on it, and a
// restart starts those again. Waits for what is asked, at most a minute for each service.
[[nodiscard]] Result<void> control_service(const std::string& service, ServiceAction action);

[[nodiscard]] Result<void> set_service(const ServiceSetting& setting);

}  // namespace rdpdoctor::host
