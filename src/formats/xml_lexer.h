// The pieces of an XML text one after another, in bounded memory: tags, text, ends. As much of XML 1.0 as
// programs write: no entity of a DTD is ever expanded, comments and processing instructions are passed over.
#pragma once

#include <string>
#include <vector>

#include "formats/xml_text.h"

namespace rdpdoctor::formats {

struct XmlToken {
  enum class Kind { end, open, close, text, malformed };
  struct Attribute {
    std::string name;
    std::string value;
  };
  Kind kind = Kind::end;
  std::string name;                   // of open and close, with its prefix
  std::vector<Attribute> attributes;  // of open
  bool empty = false;                 // of open: "<a/>", no close follows
  std::string text;                   // of text: a piece of it, at most about 64 KiB
};

class XmlLexer {
 public:
  static constexpr std::size_t longest_name = 256;  // bytes; what has longer ones is malformed
  static constexpr std::size_t longest_text = 64 * 1024;
  static constexpr std::size_t most_attributes = 64;

  explicit XmlLexer(ByteSource& source) : text_(source) {}
  // Into `token`, whose strings are used again. After malformed it goes on at the next '<'.
  void next(XmlToken& token);
  [[nodiscard]] const XmlText& text() const { return text_; }

 private:
  bool markup(XmlToken& token);
  bool declaration(XmlToken& token);
  bool close_tag(XmlToken& token);
  bool open_tag(XmlToken& token);
  bool attribute(XmlToken& token);
  bool name(std::string& out);
  void characters(XmlToken& token);
  void cdata(XmlToken& token);
  void reference(std::string& out);
  void skip_space();
  void skip_doctype();
  bool skip_past(std::string_view ending);
  bool skip_exactly(std::string_view word);

  XmlText text_;
  bool in_cdata_ = false;
};

}  // namespace rdpdoctor::formats
