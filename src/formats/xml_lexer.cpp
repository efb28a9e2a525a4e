#include "formats/xml_lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t longest_reference = 12;  // "#x10FFFF" and room

bool is_space(int c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool ends_name(int c) {
  return c == XmlText::end || is_space(c) || c == '>' || c == '/' || c == '=' || c == '<' || c == '"' ||
         c == '\'';
}

void append_code_point(std::string& out, std::uint32_t c) {
  if (c > 0x10FFFF) c = 0xFFFD;
  Bytes units;
  auto add = [&units](std::uint32_t unit) {
    units.push_back(static_cast<std::uint8_t>(unit & 0xFF));
    units.push_back(static_cast<std::uint8_t>(unit >> 8));
  };
  if (c >= 0x10000) add(0xD800 + ((c - 0x10000) >> 10));
  add(c < 0x10000 ? c : 0xDC00 + ((c - 0x10000) & 0x3FF));
  out += utf16le_to_utf8(units);
}

// "#65", "#x41" as a number; nothing if it is none.
std::optional<std::uint32_t> numbered(std::string_view reference) {
  if (!reference.starts_with('#')) return std::nullopt;
  const bool hexadecimal = reference.starts_with("#x");
  reference.remove_prefix(hexadecimal ? 2 : 1);
  std::uint32_t value = 0;
  const char* last = reference.data() + reference.size();
  const auto [stopped, error] = std::from_chars(reference.data(), last, value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || stopped != last) return std::nullopt;
  return value;
}

}  // namespace

void XmlLexer::next(XmlToken& token) {
  token.text.clear();
  token.empty = false;
  while (true) {
    if (in_cdata_) {
      cdata(token);
    } else if (text_.peek() == XmlText::end) {
      token.kind = XmlToken::Kind::end;
      return;
    } else if (text_.peek() != '<') {
      characters(token);
    } else {
      text_.next();
      if (!markup(token)) {
        token.kind = XmlToken::Kind::malformed;
        text_.take_until('<', '<', longest_text, token.text);
        return;
      }
      if (token.kind != XmlToken::Kind::text) return;
    }
    if (!token.text.empty()) return;
  }
}

// After '<'. Leaves kind at text, with none, where there is nothing to tell.
bool XmlLexer::markup(XmlToken& token) {
  token.kind = XmlToken::Kind::text;
  switch (text_.peek()) {
    case '?': return skip_past("?>");
    case '!': text_.next(); return declaration(token);
    case '/': text_.next(); return close_tag(token);
    default: return open_tag(token);
  }
}

bool XmlLexer::declaration(XmlToken& /*token*/) {
  if (text_.peek() == '-') return skip_exactly("--") && skip_past("-->");
  if (text_.peek() == '[') {
    in_cdata_ = skip_exactly("[CDATA[");
    return in_cdata_;
  }
  skip_doctype();
  return true;
}

bool XmlLexer::close_tag(XmlToken& token) {
  token.kind = XmlToken::Kind::close;
  if (!name(token.name)) return false;
  skip_space();
  if (text_.peek() != '>') return false;
  text_.next();
  return true;
}

bool XmlLexer::open_tag(XmlToken& token) {
  token.kind = XmlToken::Kind::open;
  token.attributes.clear();
  if (!name(token.name)) return false;
  while (true) {
    skip_space();
    const int c = text_.peek();
    if (c == '>') break;
    if (c == '/') {
      text_.next();
      token.empty = true;
      if (text_.peek() != '>') return false;
      break;
    }
    if (token.attributes.size() == most_attributes || !attribute(token)) return false;
  }
  text_.next();
  return true;
}

bool XmlLexer::attribute(XmlToken& token) {
  XmlToken::Attribute& added = token.attributes.emplace_back();
  if (!name(added.name)) return false;
  skip_space();
  if (text_.next() != '=') return false;
  skip_space();
  const int quote = text_.peek();
  if (quote != '"' && quote != '\'') return false;
  text_.next();
  while (added.value.size() <= longest_text) {
    text_.take_until(static_cast<char>(quote), '&', longest_text, added.value);
    const int c = text_.next();
    if (c == quote) return true;
    if (c == XmlText::end) return false;
    if (c == '&') reference(added.value);
  }
  return false;
}

bool XmlLexer::name(std::string& out) {
  out.clear();
  while (!ends_name(text_.peek()) && out.size() <= longest_name) out += static_cast<char>(text_.next());
  return !out.empty() && out.size() <= longest_name;
}

void XmlLexer::characters(XmlToken& token) {
  token.kind = XmlToken::Kind::text;
  while (token.text.size() < longest_text) {
    text_.take_until('<', '&', longest_text - token.text.size(), token.text);
    if (text_.peek() != '&') return;
    text_.next();
    reference(token.text);
  }
}

void XmlLexer::cdata(XmlToken& token) {
  token.kind = XmlToken::Kind::text;
  while (text_.peek() != XmlText::end && token.text.size() < longest_text) {
    text_.take_until(']', ']', longest_text - token.text.size(), token.text);
    std::size_t brackets = 0;
    while (text_.peek() == ']' && brackets < longest_text) {
      text_.next();
      ++brackets;
    }
    if (brackets >= 2 && text_.peek() == '>') {
      text_.next();
      token.text.append(brackets - 2, ']');
      in_cdata_ = false;
      return;
    }
    token.text.append(brackets, ']');
  }
  in_cdata_ = text_.peek() != XmlText::end;
}

// After '&'. What is none of XML's own five, nor a number, stays as it stands.
void XmlLexer::reference(std::string& out) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> known{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  std::string named;
  while (named.size() < longest_reference && !ends_name(text_.peek()) && text_.peek() != ';' &&
         text_.peek() != '&') {
    named += static_cast<char>(text_.next());
  }
  const bool closed = text_.peek() == ';';
  if (closed) text_.next();
  const auto* entity = std::ranges::find(known, named, &std::pair<std::string_view, char>::first);
  const auto number = numbered(named);
  if (closed && entity != known.end()) {
    out += entity->second;
  } else if (closed && number) {
    append_code_point(out, *number);
  } else {
    out += '&';
    out += named;
    if (closed) out += ';';
  }
}

void XmlLexer::skip_space() {
  while (is_space(text_.peek())) text_.next();
}

// "<!DOCTYPE …>" with what stands in brackets: passed over, nothing in it is used.
void XmlLexer::skip_doctype() {
  int depth = 0;
  int quote = 0;
  for (int c = text_.next(); c != XmlText::end; c = text_.next()) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '<') {
      ++depth;
    } else if (c == ']' || (c == '>' && depth != 0)) {
      --depth;
    } else if (c == '>') {
      return;
    }
  }
}

bool XmlLexer::skip_past(std::string_view ending) {
  std::string last;
  for (int c = text_.next(); c != XmlText::end; c = text_.next()) {
    if (last.size() == ending.size()) last.erase(0, 1);
    last += static_cast<char>(c);
    if (last == ending) return true;
  }
  return false;
}

bool XmlLexer::skip_exactly(std::string_view word) {
  for (char c : word) {
    if (text_.peek() != static_cast<unsigned char>(c)) return false;
    text_.next();
  }
  return true;
}

}  // namespace rdpdoctor::formats
