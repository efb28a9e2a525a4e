#include "base/byte_source.h"

#include <algorithm>

namespace rdpdoctor {

Result<std::size_t> read_fully(ByteSource& source, std::span<std::uint8_t> out) {
  std::size_t got = 0;
  while (got < out.size()) {
    auto n = source.read(out.subspan(got));
    if (!n) return std::unexpected(n.error());
    if (*n == 0) break;
    got += *n;
  }
  return got;
}

Result<Bytes> read_all(ByteSource& source, std::size_t most) {
  static constexpr std::size_t step = 64 * 1024;
  Bytes out;
  while (true) {
    std::size_t had = out.size();
    out.resize(had + step);
    auto n = read_fully(source, std::span(out).subspan(had));
    if (!n) return std::unexpected(n.error());
    out.resize(had + *n);
    if (out.size() > most)
      return std::unexpected(
          Error{"read it whole", ErrorKind::malformed, 0, "at most " + std::to_string(most) + " bytes"});
    if (*n < step) return out;
  }
}

namespace {

class OverBytes : public ByteSource {
 public:
  explicit OverBytes(View bytes) : bytes_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    std::size_t n = std::min(out.size(), bytes_.size() - at_);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), n, out.begin());
    at_ += n;
    return n;
  }
  std::uint64_t consumed() const override { return at_; }
  std::optional<std::uint64_t> total() const override { return bytes_.size(); }

 private:
  View bytes_;
  std::size_t at_ = 0;
};

class InOrder : public ByteSource {
 public:
  explicit InOrder(RandomSource& source) : source_(source) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    auto n = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), source_.size() - at_));
    if (n == 0) return 0;
    if (auto done = source_.read_at(at_, out.first(n)); !done) return std::unexpected(done.error());
    at_ += n;
    return n;
  }
  std::uint64_t consumed() const override { return at_; }
  std::optional<std::uint64_t> total() const override { return source_.size(); }

 private:
  RandomSource& source_;
  std::uint64_t at_ = 0;
};

// Bytes read ahead, then the rest of a source that is borrowed.
class PutBack : public ByteSource {
 public:
  PutBack(View ahead, ByteSource& rest) : ahead_(ahead), rest_(rest) {}
  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    if (ahead_.empty()) return rest_.read(out);
    const std::size_t n = std::min(out.size(), ahead_.size());
    std::copy_n(ahead_.begin(), n, out.begin());
    ahead_ = ahead_.subspan(n);
    return n;
  }
  std::uint64_t consumed() const override { return rest_.consumed(); }
  std::optional<std::uint64_t> total() const override { return rest_.total(); }

 private:
  View ahead_;
  ByteSource& rest_;
};

// The same, of its own.
class OwnedPutBack : public PutBack {
 public:
  OwnedPutBack(Bytes ahead, std::unique_ptr<ByteSource> rest)
      : PutBack(ahead, *rest), bytes_(std::move(ahead)), source_(std::move(rest)) {}

 private:
  Bytes bytes_;  // moving it here leaves its storage where PutBack's view has it
  std::unique_ptr<ByteSource> source_;
};

class RandomBytes : public RandomSource {
 public:
  explicit RandomBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (bytes_.size() < offset || bytes_.size() - offset < out.size())
      return std::unexpected(Error{"read beyond the end", ErrorKind::malformed, 0, ""});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

}  // namespace

std::unique_ptr<RandomSource> random_of(Bytes bytes) {
  return std::make_unique<RandomBytes>(std::move(bytes));
}

std::unique_ptr<ByteSource> over(View bytes) {
  return std::make_unique<OverBytes>(bytes);
}

std::unique_ptr<ByteSource> in_order(RandomSource& source) {
  return std::make_unique<InOrder>(source);
}

std::unique_ptr<ByteSource> put_back(Bytes ahead, std::unique_ptr<ByteSource> rest) {
  return std::make_unique<OwnedPutBack>(std::move(ahead), std::move(rest));
}

std::unique_ptr<ByteSource> put_back(View ahead, ByteSource& rest) {
  return std::make_unique<PutBack>(ahead, rest);
}

}  // namespace rdpdoctor
