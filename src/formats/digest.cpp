#include "formats/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

namespace rdpdoctor::formats {

Result<std::string> sha256_of(RandomSource& file) {
  static constexpr std::uint64_t piece = 1 << 20;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const Error failed{"compute a SHA-256", ErrorKind::bug, 0, ""};
  if (!hash || EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) != 1) return std::unexpected(failed);
  Bytes bytes(static_cast<std::size_t>(std::min(piece, file.size())));
  for (std::uint64_t at = 0; at < file.size(); at += piece) {
    const std::span<std::uint8_t> part(bytes.data(),
                                       static_cast<std::size_t>(std::min(piece, file.size() - at)));
    if (auto read = file.read_at(at, part); !read) return std::unexpected(read.error());
    if (EVP_DigestUpdate(hash.get(), part.data(), part.size()) != 1) return std::unexpected(failed);
  }
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (EVP_DigestFinal_ex(hash.get(), digest.data(), &size) != 1) return std::unexpected(failed);
  return hex(View(digest).first(size));
}

std::string sha256_of(View bytes) {
  Bytes digest(SHA256_DIGEST_LENGTH);
  SHA256(bytes.data(), bytes.size(), digest.data());
  return hex(digest);
}

}  // namespace rdpdoctor::formats
