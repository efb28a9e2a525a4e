// Private to net/*.cpp: c-ares, made ready once.
#pragma once

namespace rdpdoctor::net {

[[nodiscard]] int ares_library();  // ARES_SUCCESS, or why it can't be used

}  // namespace rdpdoctor::net
