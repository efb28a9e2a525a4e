// Writes event logs for the tests: chunks of records of binary XML, with templates and without, and checksums
// that are right. As little of the format as the tests need; it shares nothing with the decoder.
#pragma once

#include <zlib.h>

#include <map>
#include <string>

#include "base/text.h"

namespace rdpdoctor::test {

class EvtxChunkWriter {
 public:
  EvtxChunkWriter() : bytes_(512) {}

  // A record: record(), what is in it, done().
  void record(std::uint64_t number, std::uint64_t file_time = 132'841'239'323'518'358) {
    record_at_ = bytes_.size();
    numbers_.second = number;
    if (numbers_.first == 0) numbers_.first = number;
    u32(0x2A2A).u32(0).u64(number).u64(file_time);
  }
  void done() {
    const auto size = static_cast<std::uint32_t>(bytes_.size() + 4 - record_at_);
    u32(size);
    put32(record_at_ + 4, size);
    last_record_ = record_at_;
  }

  EvtxChunkWriter& fragment() { return u8(0x0F).u8(1).u8(1).u8(0); }
  EvtxChunkWriter& end_of_fragment() { return u8(0); }
  EvtxChunkWriter& open(const std::string& element, bool attributes = false) {
    u8(attributes ? 0x41 : 0x01);
    if (in_template_) u16(0xFFFF);
    u32(0).name(element);
    return attributes ? u32(0) : *this;
  }
  EvtxChunkWriter& attribute(const std::string& named) { return u8(0x06).name(named); }
  EvtxChunkWriter& content() { return u8(0x02); }
  EvtxChunkWriter& close_empty() { return u8(0x03); }
  EvtxChunkWriter& close() { return u8(0x04); }
  EvtxChunkWriter& text(const std::string& value) { return u8(0x05).u8(1).counted(value); }
  EvtxChunkWriter& value(std::uint16_t id, std::uint8_t type = 1, bool optional = false) {
    return u8(optional ? 0x0E : 0x0D).u16(id).u8(type);
  }
  EvtxChunkWriter& element(const std::string& named, const std::string& content_text) {
    return open(named).content().text(content_text).close();
  }

  // A template instance: instance(), the definition's content, defined(), then the values. Gives its offset.
  std::uint32_t instance() {
    u8(0x0C).u8(1).u32(0x1234);
    const auto at = static_cast<std::uint32_t>(bytes_.size() + 4);
    u32(at);
    definition_at_ = at;
    u32(0).u64(1).u64(2).u32(0);
    in_template_ = true;
    return at;
  }
  void defined() {
    in_template_ = false;
    put32(definition_at_ + 20, static_cast<std::uint32_t>(bytes_.size() - definition_at_ - 24));
  }
  EvtxChunkWriter& instance_of(std::uint32_t definition) {
    return u8(0x0C).u8(1).u32(0x1234).u32(definition);
  }
  struct Value {
    std::uint8_t type;
    Bytes bytes;
  };
  EvtxChunkWriter& values(const std::vector<Value>& all) {
    u32(static_cast<std::uint32_t>(all.size()));
    for (const Value& v : all) u16(static_cast<std::uint16_t>(v.bytes.size())).u8(v.type).u8(0);
    for (const Value& v : all) raw(v.bytes);
    return *this;
  }

  EvtxChunkWriter& name(const std::string& text) {
    const auto [known, added] = names_.try_emplace(text, static_cast<std::uint32_t>(bytes_.size() + 4));
    u32(known->second);
    if (added) u32(0).u16(0).counted(text).u16(0);
    return *this;
  }
  EvtxChunkWriter& counted(const std::string& text) {
    const Bytes wide = utf8_to_utf16le(text);
    return u16(static_cast<std::uint16_t>(wide.size() / 2)).raw(wide);
  }
  EvtxChunkWriter& u8(std::uint8_t v) {
    bytes_.push_back(v);
    return *this;
  }
  EvtxChunkWriter& u16(std::uint16_t v) {
    return u8(static_cast<std::uint8_t>(v & 0xFF)).u8(static_cast<std::uint8_t>(v >> 8));
  }
  EvtxChunkWriter& u32(std::uint32_t v) {
    return u16(static_cast<std::uint16_t>(v & 0xFFFF)).u16(static_cast<std::uint16_t>(v >> 16));
  }
  EvtxChunkWriter& u64(std::uint64_t v) {
    return u32(static_cast<std::uint32_t>(v)).u32(static_cast<std::uint32_t>(v >> 32));
  }
  EvtxChunkWriter& raw(View v) {
    bytes_.insert(bytes_.end(), v.begin(), v.end());
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  // 64 KiB with its header.
  [[nodiscard]] Bytes chunk() {
    const std::size_t end = bytes_.size();
    EvtxChunkWriter head;
    head.bytes_.clear();
    for (char c : std::string("ElfChnk")) head.u8(static_cast<std::uint8_t>(c));
    head.u8(0).u64(numbers_.first).u64(numbers_.second).u64(numbers_.first).u64(numbers_.second);
    head.u32(128).u32(static_cast<std::uint32_t>(last_record_)).u32(static_cast<std::uint32_t>(end));
    head.u32(sum(View(bytes_).subspan(512), 0));
    std::copy(head.bytes_.begin(), head.bytes_.end(), bytes_.begin());
    put32(124, sum(View(bytes_).subspan(128, 384), sum(View(bytes_).first(120), 0)));
    bytes_.resize(65536);
    return bytes_;
  }

 private:
  static std::uint32_t sum(View v, std::uint32_t before) {
    return static_cast<std::uint32_t>(crc32(before, v.data(), static_cast<uInt>(v.size())));
  }
  void put32(std::size_t at, std::uint32_t v) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[at + i] = static_cast<std::uint8_t>(v >> (8 * i));
  }

  Bytes bytes_;
  std::map<std::string, std::uint32_t> names_;
  std::pair<std::uint64_t, std::uint64_t> numbers_;
  std::size_t record_at_ = 0;
  std::size_t last_record_ = 0;
  std::uint32_t definition_at_ = 0;
  bool in_template_ = false;
};

// The file's header, then the chunks.
[[nodiscard]] inline Bytes evtx_file(const std::vector<Bytes>& chunks, std::uint32_t flags = 0) {
  Bytes out(4096);
  const std::string magic = "ElfFile";
  std::copy(magic.begin(), magic.end(), out.begin());
  out[16] = static_cast<std::uint8_t>(chunks.size() - 1);
  out[32] = 128;
  out[36] = 1;
  out[38] = 3;
  out[41] = 0x10;
  out[42] = static_cast<std::uint8_t>(chunks.size());
  out[120] = static_cast<std::uint8_t>(flags);
  const auto sum = static_cast<std::uint32_t>(crc32(0, out.data(), 120));
  for (std::size_t i = 0; i < 4; ++i) out[124 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
  for (const Bytes& chunk : chunks) out.insert(out.end(), chunk.begin(), chunk.end());
  return out;
}

}  // namespace rdpdoctor::test
