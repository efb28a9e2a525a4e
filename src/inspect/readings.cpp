#include "inspect/readings.h"

namespace rdpdoctor::inspect {

using evidence::NumberFact;
using evidence::TextFact;

NumberFact number(host::Host& host, std::string_view key, std::string_view name) {
  return {.is = host::as_dword(host.value(key, name)), .source = host::value_source(host, key, name)};
}

TextFact text(host::Host& host, std::string_view key, std::string_view name) {
  return {.is = host::as_text(host.value(key, name)), .source = host::value_source(host, key, name)};
}

TextFact hex_of(host::Host& host, std::string_view key, std::string_view name) {
  Reading<Bytes> bytes = host::as_bytes(host.value(key, name));
  return {.is = {bytes.state, hex(bytes.value), bytes.why}, .source = host::value_source(host, key, name)};
}

}  // namespace rdpdoctor::inspect
