#include "host/registry.h"

#include "base/text.h"

namespace rdpdoctor::host {
namespace {

template <class T>
Reading<T> like(const Reading<RegistryValue>& value) {
  return {value.state, T{}, value.why};
}

template <class T>
Reading<T> wrong_type(const RegistryValue& value, std::string_view wanted) {
  return Reading<T>::unreadable("it is " + type_name(value.type) + " of " +
                                count_of(value.data.size(), "byte") + ", not " + std::string(wanted));
}

std::uint64_t little_endian(View bytes) {
  std::uint64_t out = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) out = out << 8U | bytes[i];
  return out;
}

// Up to the first NUL: what lies behind it is not seen by programs that read it as text.
std::string text_of(View data) {
  std::size_t end = 0;
  while (end + 1 < data.size() && (data[end] != 0 || data[end + 1] != 0)) end += 2;
  return utf16le_to_utf8(data.first(end));
}

}  // namespace

std::string type_name(std::uint32_t type) {
  static constexpr std::string_view names[] = {"REG_NONE",   "REG_SZ",      "REG_EXPAND_SZ",
                                               "REG_BINARY", "REG_DWORD",   "REG_DWORD_BIG_ENDIAN",
                                               "REG_LINK",   "REG_MULTI_SZ"};
  if (type < std::size(names)) return std::string(names[type]);
  return type == reg_qword ? "REG_QWORD" : "type " + std::to_string(type);
}

Reading<std::uint32_t> as_dword(const Reading<RegistryValue>& value) {
  if (!value.get()) return like<std::uint32_t>(value);
  const RegistryValue& v = value.value;
  if (v.data.size() != 4 || (v.type != reg_dword && v.type != reg_dword_big_endian))
    return wrong_type<std::uint32_t>(v, "REG_DWORD");
  auto number = static_cast<std::uint32_t>(little_endian(v.data));
  if (v.type == reg_dword_big_endian) number = __builtin_bswap32(number);
  return Reading<std::uint32_t>::present(number);
}

Reading<std::uint64_t> as_qword(const Reading<RegistryValue>& value) {
  if (!value.get()) return like<std::uint64_t>(value);
  const RegistryValue& v = value.value;
  bool fits = (v.type == reg_qword && v.data.size() == 8) || (v.type == reg_dword && v.data.size() == 4);
  if (!fits) return wrong_type<std::uint64_t>(v, "REG_QWORD");
  return Reading<std::uint64_t>::present(little_endian(v.data));
}

Reading<std::string> as_text(const Reading<RegistryValue>& value) {
  if (!value.get()) return like<std::string>(value);
  const RegistryValue& v = value.value;
  if (v.type != reg_sz && v.type != reg_expand_sz) return wrong_type<std::string>(v, "REG_SZ");
  return Reading<std::string>::present(text_of(v.data));
}

Reading<std::vector<std::string>> as_texts(const Reading<RegistryValue>& value) {
  using Texts = std::vector<std::string>;
  if (!value.get()) return like<Texts>(value);
  const RegistryValue& v = value.value;
  if (v.type == reg_sz || v.type == reg_expand_sz) return Reading<Texts>::present({text_of(v.data)});
  if (v.type != reg_multi_sz) return wrong_type<Texts>(v, "REG_MULTI_SZ");
  Texts out;
  View rest(v.data);
  while (2 <= rest.size()) {
    std::size_t end = 0;
    while (end + 1 < rest.size() && (rest[end] != 0 || rest[end + 1] != 0)) end += 2;
    if (end == 0) break;
    out.push_back(utf16le_to_utf8(rest.first(end)));
    rest = rest.subspan(std::min(end + 2, rest.size()));
  }
  return Reading<Texts>::present(std::move(out));
}

Reading<Bytes> as_bytes(const Reading<RegistryValue>& value) {
  return {value.state, value.get() ? value.value.data : Bytes{}, value.why};
}

std::string value_source(Host& host, std::string_view key, std::string_view name) {
  return host.real_key(key) + ": " + (name.empty() ? "(default)" : std::string(name));
}

}  // namespace rdpdoctor::host
