#include "formats/binary_xml.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/evtx_values.h"

namespace rdpdoctor::formats {
namespace {

enum Token : std::uint8_t {
  end_of_fragment = 0x00,
  open_start_element = 0x01,
  close_start_element = 0x02,
  close_empty_element = 0x03,
  end_element = 0x04,
  value_text = 0x05,
  attribute = 0x06,
  cdata_section = 0x07,
  character_reference = 0x08,
  entity_reference = 0x09,
  pi_target = 0x0A,
  pi_data = 0x0B,
  template_instance_token = 0x0C,
  normal_substitution = 0x0D,
  optional_substitution = 0x0E,
  fragment_header = 0x0F,
};
constexpr std::uint8_t has_more = 0x40;      // attributes follow; or more of the same kind
constexpr std::size_t template_header = 24;  // offset of the next one, GUID, size
constexpr auto string_type = static_cast<std::uint8_t>(ValueType::string);

}  // namespace

BinaryXml::BinaryXml(View chunk, EventBuilder& builder, Budget& budget)
    : chunk_(chunk), builder_(builder), budget_(budget), name_at_(chunk.size()) {}

void BinaryXml::read(Reader& reader) {
  values_.clear();
  fragment(reader, {});
}

void BinaryXml::fragment(Reader& r, const Scope& scope) {
  if (scope.depth == deepest) return r.fail("Fragment", "fragments in fragments, too deeply");
  const std::size_t base = builder_.depth();
  while (r.left() != 0 && !builder_.unwanted()) {
    budget_.spend_token();
    if (!budget_.ok()) return r.fail("Fragment", "it asks for more text than its chunk can hold");
    const std::uint8_t what = r.u8("token");
    if (what == end_of_fragment) break;
    token(r, what, scope, base);
  }
  if (r.ok() && !builder_.unwanted() && builder_.depth() != base) r.fail("Element", "it is not closed");
}

void BinaryXml::token(Reader& r, std::uint8_t what, const Scope& scope, std::size_t base) {
  switch (what & ~has_more) {
    case open_start_element: return open_element(r, (what & has_more) != 0, scope);
    case close_start_element: return builder_.content();
    case close_empty_element:
    case end_element: return close_element(r, base);
    case value_text: return literal(r);
    case attribute: {
      const std::string_view named = name(r);
      if (r.ok()) builder_.attribute(named);
      return;
    }
    case cdata_section: return counted_text(r, "CDATASection");
    case character_reference: {
      const View unit = r.bytes(2, "CharRef");
      return text(string_type, unit);
    }
    case entity_reference: return reference(r);
    case pi_target: std::ignore = name(r); return;
    case pi_data: return r.skip(std::size_t{2} * r.u16le("PIData.size"), "PIData");
    case template_instance_token: return template_instance(r, scope);
    case normal_substitution:
    case optional_substitution: return substitution(r, (what & ~has_more) == optional_substitution, scope);
    case fragment_header: return r.skip(3, "FragmentHeader");
    default: return r.fail("token", "not one of binary XML");
  }
}

void BinaryXml::open_element(Reader& r, bool has_attributes, const Scope& scope) {
  if (scope.in_template) r.skip(2, "DependencyID");
  r.skip(4, "Element.size");
  const std::string_view named = name(r);
  if (has_attributes) r.skip(4, "AttributeList.size");
  if (r.ok() && !builder_.open(named)) r.fail("Element", "elements in elements, too deeply");
}

void BinaryXml::close_element(Reader& r, std::size_t base) {
  if (builder_.depth() == base || !builder_.close()) r.fail("EndElement", "no element is open");
}

void BinaryXml::text(std::uint8_t type, View bytes) {
  std::string* out = builder_.target();
  if (out == nullptr || bytes.empty()) return;
  const std::size_t had = out->size();
  append_value(*out, type, bytes);
  budget_.spend_text(std::max(out->size() - had, bytes.size() / 2));
}

void BinaryXml::counted_text(Reader& r, std::string_view field) {
  const std::size_t units = r.u16le(field);
  text(string_type, r.bytes(2 * units, field));
}

void BinaryXml::literal(Reader& r) {
  const std::uint8_t type = r.u8("ValueText.type");
  if (type == string_type) return counted_text(r, "ValueText");
  const std::size_t size = fixed_size(type);
  if (size == 0) return r.fail("ValueText.type", "not a string");
  text(type, r.bytes(size, "ValueText"));
}

void BinaryXml::reference(Reader& r) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> known{
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}}};
  const std::string_view named = name(r);
  std::string* out = builder_.target();
  if (!r.ok() || out == nullptr) return;
  const std::size_t had = out->size();
  const auto* entity = std::ranges::find(known, named, &std::pair<std::string_view, std::string_view>::first);
  if (entity != known.end()) {
    *out += entity->second;
  } else {
    out->append("&").append(named).append(";");
  }
  budget_.spend_text(out->size() - had);
}

void BinaryXml::substitution(Reader& r, bool optional, const Scope& scope) {
  const std::size_t id = r.u16le("SubstitutionID");
  r.skip(1, "ValueType");
  if (!r.ok()) return;
  const Value value = id < scope.count ? values_[scope.first + id] : Value{};
  if (optional && value.type == static_cast<std::uint8_t>(ValueType::null)) return builder_.omit();
  if (value.type == static_cast<std::uint8_t>(ValueType::binary_xml)) return nested(r, value, scope);
  if ((value.type & array_flag) != 0) return items(value.type & ~array_flag, value.bytes);
  text(value.type, value.bytes);
}

void BinaryXml::nested(Reader& r, const Value& value, const Scope& scope) {
  if (builder_.in_attribute() || value.bytes.empty()) return;
  Reader inner(value.bytes, value.offset);
  fragment(inner, {.depth = scope.depth + 1});
  r.absorb(inner);
}

// An array as an element's content is the element again for each item.
void BinaryXml::items(std::uint8_t type, View bytes) {
  for (bool first = true; !bytes.empty() && builder_.target() != nullptr && budget_.ok(); first = false) {
    budget_.spend_token();
    if (!first && builder_.in_attribute()) *builder_.target() += ", ";
    if (!first && !builder_.in_attribute()) builder_.next_item();
    text(type, take_item(type, bytes));
  }
}

Reader BinaryXml::definition(Reader& r) {
  r.skip(1 + 4, "TemplateInstance.id");
  const std::size_t at = r.u32le("TemplateInstance.definition");
  if (r.ok() && (chunk_.size() < template_header || chunk_.size() - template_header < at)) {
    r.fail("TemplateInstance.definition", "outside of the chunk");
  }
  if (!r.ok()) return Reader({});
  const bool here = at == r.offset();
  Reader found(chunk_.subspan(at), at);
  found.skip(template_header - 4, "TemplateDefinition.guid");
  const std::size_t size = found.u32le("TemplateDefinition.size");
  Reader body = found.sub(size, "TemplateDefinition");
  if (here) r.skip(template_header + size, "TemplateDefinition");
  r.absorb(found);
  return body;
}

std::size_t BinaryXml::read_values(Reader& r) {
  const std::size_t count = r.u32le("TemplateInstanceData.count");
  Reader described = r.sub(4 * count, "TemplateInstanceData.spec");
  while (described.left() != 0 && budget_.ok()) {
    budget_.spend_token();
    const std::size_t size = described.u16le("ValueSpec.size");
    const std::uint8_t type = described.u8("ValueSpec.type");
    described.skip(1, "ValueSpec.pad");
    const std::size_t offset = r.offset();
    values_.push_back({type, r.bytes(size, "TemplateInstanceData.value"), offset});
  }
  return count;
}

void BinaryXml::template_instance(Reader& r, const Scope& scope) {
  Reader body = definition(r);
  if (!r.ok()) return;
  const std::size_t first = values_.size();
  const std::size_t count = read_values(r);
  if (r.ok()) {
    fragment(body, {.first = first, .count = count, .in_template = true, .depth = scope.depth + 1});
    r.absorb(body);
  }
  values_.resize(first);
}

std::string_view BinaryXml::name(Reader& r) {
  const std::size_t offset = r.u32le("Name.offset");
  if (!r.ok()) return {};
  const bool here = offset == r.offset();
  const std::string_view found = name_at(r, offset);
  if (here && r.ok()) {
    r.skip(6, "Name.hash");
    r.skip(2 * std::size_t{r.u16le("Name.size")} + 2, "Name");
  }
  return found;
}

std::string_view BinaryXml::name_at(Reader& r, std::size_t offset) {
  if (chunk_.size() <= offset) {
    r.fail("Name.offset", "outside of the chunk");
    return {};
  }
  if (name_at_[offset] != 0) return names_[name_at_[offset] - 1U];
  Reader found(chunk_.subspan(offset), offset);
  found.skip(6, "Name.hash");  // after the offset of the next one in its list
  const std::size_t units = found.u16le("Name.size");
  const View characters = found.bytes(2 * units, "Name");
  r.absorb(found);
  if (names_.size() == 0xFFFF) r.fail("Name", "more of them than a chunk can hold");
  if (!r.ok()) return {};
  std::string& added = names_.emplace_back();
  append_utf16(added, characters);
  budget_.spend_text(sizeof(std::string) + added.size());
  name_at_[offset] = static_cast<std::uint16_t>(names_.size());
  return added;
}

}  // namespace rdpdoctor::formats
