// Binary XML as event logs hold it: from the tokens of one record to an EventBuilder.
//
// A record is a fragment. Either its elements stand in it (as forwarded logs have it), or it names a
// template: a fragment, elsewhere in the chunk or right there, with places into which the record's values are
// put. A value may be a fragment again. Names are said by their offset in the chunk. [MS-EVEN6] 2.2.12
// to 2.2.18, and libyal's documentation of the format on disk.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "formats/event_builder.h"

namespace rdpdoctor::formats {

class BinaryXml {
 public:
  static constexpr int deepest = 16;  // fragments in fragments

  // `chunk` and the others must outlive it. All offsets are from the start of the chunk.
  BinaryXml(View chunk, EventBuilder& builder, Budget& budget);

  // Reads the fragment in `reader`, until its end or until the builder does not want the event. A failure is
  // in the reader.
  void read(Reader& reader);

 private:
  struct Value {
    std::uint8_t type = 0;
    View bytes;
    std::size_t offset = 0;
  };
  struct Scope {
    std::size_t first = 0;  // its values are values_[first, first + count)
    std::size_t count = 0;
    bool in_template = false;  // elements have a dependency id there
    int depth = 0;
  };

  void fragment(Reader& r, const Scope& scope);
  void token(Reader& r, std::uint8_t what, const Scope& scope, std::size_t base);
  void open_element(Reader& r, bool has_attributes, const Scope& scope);
  void close_element(Reader& r, std::size_t base);
  void literal(Reader& r);
  void counted_text(Reader& r, std::string_view field);
  void reference(Reader& r);
  void substitution(Reader& r, bool optional, const Scope& scope);
  void nested(Reader& r, const Value& value, const Scope& scope);
  void items(std::uint8_t type, View bytes);
  void template_instance(Reader& r, const Scope& scope);
  [[nodiscard]] Reader definition(Reader& r);
  [[nodiscard]] std::size_t read_values(Reader& r);
  [[nodiscard]] std::string_view name(Reader& r);
  [[nodiscard]] std::string_view name_at(Reader& r, std::size_t offset);
  void text(std::uint8_t type, View bytes);

  View chunk_;
  EventBuilder& builder_;
  Budget& budget_;
  std::vector<std::uint16_t> name_at_;  // by offset: 1 + its place in names_, 0 if not read yet
  std::deque<std::string> names_;
  std::vector<Value> values_;  // of the template instances that are being read, one after another
};

}  // namespace rdpdoctor::formats
