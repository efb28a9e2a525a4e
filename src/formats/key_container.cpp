#include "formats/key_container.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Bytes hashed_bytes(std::string_view container, KeyStore store) {
  std::string name = lower(container);
  Bytes out = store == KeyStore::cng ? utf8_to_utf16le(name) : Bytes(name.begin(), name.end());
  out.resize(out.size() + (store == KeyStore::cng ? 2 : 1));  // the NUL
  return out;
}

}  // namespace

std::string key_file_hash(std::string_view container, KeyStore store) {
  if (container.empty() || !is_ascii(container)) return "";
  Bytes in = hashed_bytes(container, store);
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (EVP_Digest(in.data(), in.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return "";
  digest.resize(size);
  for (std::size_t at = 0; at + 4 <= digest.size(); at += 4)
    std::reverse(digest.begin() + static_cast<std::ptrdiff_t>(at),
                 digest.begin() + static_cast<std::ptrdiff_t>(at + 4));
  return hex(digest);
}

}  // namespace rdpdoctor::formats
