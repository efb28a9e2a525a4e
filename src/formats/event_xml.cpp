// Events as XML, one after another.
#include <algorithm>

#include "fmt/core.h"
#include "formats/event_builder.h"
#include "formats/evtx.h"
#include "formats/xml_lexer.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t text_per_event = 1024 * 1024;
constexpr std::size_t tokens_per_event = 64 * 1024;
constexpr std::string_view event_schema = "http://schemas.microsoft.com/win/2004/08/events/event";

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool in_event_schema(const XmlToken& token) {
  return std::ranges::any_of(token.attributes,
                             [](const XmlToken::Attribute& a) { return a.value == event_schema; });
}

class XmlEvents {
 public:
  XmlEvents(ByteSource& file, const EventFilter& wanted, const std::function<void(const EventRecord&)>& take,
            const std::function<bool()>& tick)
      : lexer_(file), wanted_(wanted), take_(take), tick_(tick) {}

  Result<EvtxTotals> run() {
    std::uint64_t ticked = 0;
    do {
      lexer_.next(token_);
      step();
      if (lexer_.text().blocks() == ticked) continue;
      ticked = lexer_.text().blocks();
      if (tick_ && !tick_()) break;
    } while (token_.kind != XmlToken::Kind::end);
    if (const auto& error = lexer_.text().error()) {
      if (error->kind != ErrorKind::malformed) return std::unexpected(*error);
      totals_.cut_off = true;
      problem(to_text(*error));
    }
    return totals_;
  }

 private:
  enum class At { between, event, unwanted };  // where the next token stands

  void step() {
    using Kind = XmlToken::Kind;
    const bool begins = token_.kind == Kind::open && local_name(token_.name) == "Event";
    if (at_ != At::between && begins && in_event_schema(token_)) damaged("an event begins inside of another");
    switch (token_.kind) {
      case Kind::end:
        if (at_ != At::between) {
          totals_.cut_off = true;
          damaged("the text ends inside of an event");
        }
        return;
      case Kind::malformed: return damaged("it is no XML");
      case Kind::text:
        if (at_ == At::event) text(token_.text);
        return;
      case Kind::close:
        if (at_ != At::between) close(token_.name);
        return;
      case Kind::open:
        if (at_ == At::between && begins) begin();
        if (at_ != At::between) open();
        return;
    }
  }

  void begin() {
    at_ = At::event;
    depth_ = 0;
    record_ = {};
    budget_ = Budget(text_per_event, tokens_per_event);
    builder_.start(record_);
  }

  void text(std::string_view piece) {
    if (std::string* out = builder_.target()) {
      *out += piece;
      budget_.spend_text(piece.size());
    }
    within_budget();
  }

  void open() {
    ++depth_;
    if (at_ == At::event) {
      if (!builder_.open(token_.name)) return damaged("elements in elements, too deeply");
      for (const XmlToken::Attribute& a : token_.attributes) {
        builder_.attribute(a.name);
        if (std::string* out = builder_.target()) {
          *out += a.value;
          budget_.spend_text(a.value.size());
        }
      }
      builder_.content();
      within_budget();
    }
    if (token_.empty && at_ != At::between) close(token_.name);
  }

  void close(std::string_view name) {
    if (at_ == At::event) {
      if (builder_.current() != local_name(name)) return damaged("an element is closed that is not open");
      if (!builder_.close()) return damaged("an element is closed that is not open");
      if (builder_.unwanted()) at_ = At::unwanted;
    }
    if (--depth_ == 0) finish();
  }

  void finish() {
    ++totals_.records;
    if (at_ == At::event) {
      record_.written = record_.created.value_or(Instant{});
      take_(record_);
    }
    at_ = At::between;
  }

  void within_budget() {
    budget_.spend_token();
    if (!budget_.ok()) damaged("more text than an event can have");
  }

  // What is left of this event is passed over.
  void damaged(std::string_view reason) {
    ++totals_.damaged_records;
    problem(fmt::format("after {} events: {}", totals_.records, reason));
    at_ = At::between;
  }

  void problem(std::string what) {
    if (totals_.problem.empty()) totals_.problem = std::move(what);
  }

  XmlLexer lexer_;
  const EventFilter& wanted_;
  const std::function<void(const EventRecord&)>& take_;
  const std::function<bool()>& tick_;
  Budget budget_{text_per_event, tokens_per_event};
  EventBuilder builder_{wanted_, budget_};
  EventRecord record_;
  XmlToken token_;
  At at_ = At::between;
  std::size_t depth_ = 0;
  EvtxTotals totals_;
};

}  // namespace

bool is_event_xml(View first) {
  const auto head = over(first.first(std::min<std::size_t>(first.size(), 4096)));
  XmlLexer lexer(*head);
  XmlToken token;
  do lexer.next(token);
  while (token.kind == XmlToken::Kind::text && token.text.find_first_not_of(" \t\r\n") == std::string::npos);
  const std::string_view root = local_name(token.name);
  return token.kind == XmlToken::Kind::open && (root == "Event" || root == "Events");
}

Result<EvtxTotals> read_event_xml(ByteSource& file, const EventFilter& wanted,
                                  const std::function<void(const EventRecord&)>& take,
                                  const std::function<bool()>& tick) {
  return XmlEvents(file, wanted, take, tick).run();
}

}  // namespace rdpdoctor::formats
