// The fuzzer's bytes as a file.
#pragma once

#include <algorithm>

#include "base/byte_source.h"
#include "fuzz.h"

namespace rdpdoctor::fuzz {

class Given : public RandomSource {
 public:
  explicit Given(View bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    // Nobody asks for what is not there.
    expects(offset <= bytes_.size() && out.size() <= bytes_.size() - offset);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

 private:
  View bytes_;
};

}  // namespace rdpdoctor::fuzz
