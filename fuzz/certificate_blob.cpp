// A certificate as the registry's stores hold it, and its key property by itself.
#include "formats/certificate_blob.h"

#include "formats/key_container.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {
namespace {

void check(const formats::KeyProvider& key, View bytes) {
  // UTF-8 is at most half as long again as UTF-16.
  expects(key.container.size() <= bytes.size() * 2 && key.provider.size() <= bytes.size() * 2);
  for (auto store : {formats::KeyStore::csp, formats::KeyStore::cng}) {
    std::string hash = formats::key_file_hash(key.container, store);
    expects(hash.empty() || hash.size() == 32);
  }
}

}  // namespace

void run(View bytes) {
  if (auto key = formats::decode_key_provider(bytes)) check(*key, bytes);
  auto blob = formats::decode_certificate_blob(bytes);
  if (!blob) return;
  expects(!blob->certificate.empty() && blob->certificate.size() < bytes.size());
  if (blob->key) check(*blob->key, bytes);
}

}  // namespace rdpdoctor::fuzz
