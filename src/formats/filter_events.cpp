#include "formats/filter_events.h"

#include <algorithm>

#include "base/text.h"
#include "fmt/core.h"
#include "formats/xml_lexer.h"

namespace rdpdoctor::formats {
namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t longest_field = 4096;  // 1000 UTF-16 characters in hex
constexpr std::size_t longest_address = 64;

std::string address_from(std::string_view text) {
  const bool good = text.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string_view::npos;
  return good && text.size() <= longest_address ? std::string(text) : "";
}

std::string protocol_from(std::string_view text) {
  if (text == "6") return "tcp";
  return text == "17" ? "udp" : "";
}

// appId/data: the path in UTF-16 with its end, as hex digits.
std::string program_from_data(std::string_view digits) {
  const auto units = from_hex(digits);
  if (!units) return "";
  std::string path = utf16le_to_utf8(*units);
  if (const std::size_t end = path.find('\0'); end != std::string::npos) path.resize(end);
  return path;
}

// appId/asString: older builds print each byte of the UTF-16, so that a dot stands behind each character.
std::string program_from_text(std::string_view text) {
  const auto dot_at_odd = [&, at = std::size_t{0}](char c) mutable { return at++ % 2 == 0 || c == '.'; };
  if (text.size() < 4 || !std::ranges::all_of(text, dot_at_odd)) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) out += text[i];
  while (out.ends_with('.')) out.pop_back();  // the end of the string
  return out;
}

// FWPS_BUILTIN_LAYERS of fwpsk.h: those that a connection passes before its first packet.
struct Layer {
  std::string_view number;
  std::string_view name;
  std::string_view direction;
};
constexpr Layer layers[] = {{"44", "ALE_AUTH_RECV_ACCEPT_V4", "in"},
                            {"46", "ALE_AUTH_RECV_ACCEPT_V6", "in"},
                            {"48", "ALE_AUTH_CONNECT_V4", "out"},
                            {"50", "ALE_AUTH_CONNECT_V6", "out"}};

std::string direction_from(std::string_view text) {
  if (text.ends_with("_OUT") || text == "14593") return "out";  // FWP_DIRECTION_OUT, 0x3901
  return text.ends_with("_IN") || text == "14592" ? "in" : "";
}

// One event while it is read.
struct Item {
  FilterEvent event;
  bool timed = false;
  std::string type, layer, filter, origin, as_text;

  void take(std::string_view parent, std::string_view name, std::string_view text) {
    if (parent == "header") return take_header(name, text);
    if (parent == "appId" && name == "data") event.program = program_from_data(text);
    if (parent == "appId" && name == "asString") as_text = program_from_text(text);
    if (parent == "classifyDrop" && name == "filterId") filter = text;
    if (parent == "classifyDrop" && name == "layerId") layer = text;
    if (parent == "classifyDrop" && name == "msFwpDirection") event.direction = direction_from(text);
    if (parent == "internalFields" && name == "filterOrigin") origin = text;
  }

  [[nodiscard]] bool is_drop() const { return type.ends_with("_CLASSIFY_DROP") && !event.protocol.empty(); }

  [[nodiscard]] FilterEvent finish() {
    if (event.program.empty()) event.program = std::move(as_text);
    event.filter = origin.empty() ? filter : fmt::format("{} ({})", filter, origin);
    event.layer = layer;
    for (const Layer& known : layers) {
      if (layer != known.number) continue;
      event.layer = known.name;
      if (event.direction.empty()) event.direction = known.direction;
    }
    return std::move(event);
  }

 private:
  void take_header(std::string_view name, std::string_view text) {
    if (name == "timeStamp") {
      const auto at = from_rfc3339(text);
      timed = at.has_value();
      event.at = at.value_or(Instant{});
    }
    if (name == "ipProtocol") event.protocol = protocol_from(text);
    if (name == "localAddrV4" || name == "localAddrV6") event.local_address = address_from(text);
    if (name == "remoteAddrV4" || name == "remoteAddrV6") event.remote_address = address_from(text);
    if (name == "localPort") event.local_port = decimal<std::uint16_t>(text).value_or(0);
    if (name == "remotePort") event.remote_port = decimal<std::uint16_t>(text).value_or(0);
  }
};

class EventList {
 public:
  explicit EventList(ByteSource& file) : lexer_(file) {}

  Result<FilterEvents> run() {
    do {
      lexer_.next(token_);
      step();
    } while (token_.kind != XmlToken::Kind::end && !too_deep_);
    if (const auto& error = lexer_.text().error()) return std::unexpected(*error);
    if (!list_seen_) return std::unexpected(bad("it holds no list netEvents"));
    if (!path_.empty())
      return std::unexpected(bad(too_deep_ ? "elements in elements, too deeply" : "it is cut off"));
    keep_newest();
    return std::move(out_);
  }

 private:
  static Error bad(std::string_view why) {
    return {fmt::format("the list of filter events: {}", why), ErrorKind::malformed, 0,
            "what netsh wfp show netevents writes"};
  }

  void step() {
    switch (token_.kind) {
      case XmlToken::Kind::end: return;
      case XmlToken::Kind::malformed: ++out_.damaged; return;
      case XmlToken::Kind::text:
        if (text_.size() <= longest_field) text_ += token_.text;
        return;
      case XmlToken::Kind::open: return open();
      case XmlToken::Kind::close: return close();
    }
  }

  void open() {
    const bool in_list = !path_.empty() && (path_.back() == "netEvents" || path_.back() == "events");
    list_seen_ |= token_.name == "netEvents" || token_.name == "netEvent";
    if (item_at_ == 0 && (token_.name == "netEvent" || (in_list && token_.name == "item"))) {
      item_at_ = path_.size() + 1;
      item_ = {};
    }
    text_.clear();
    if (token_.empty) {
      if (item_at_ == path_.size() + 1) item_at_ = 0;
      return;
    }
    path_.push_back(token_.name);
    too_deep_ = deepest < path_.size();
  }

  // An end that fits no open element is passed over.
  void close() {
    const auto open_at = std::ranges::find(path_.rbegin(), path_.rend(), token_.name);
    if (open_at == path_.rend()) {
      ++out_.damaged;
      return;
    }
    if (open_at != path_.rbegin()) ++out_.damaged;
    if (open_at == path_.rbegin() && item_at_ != 0 && text_.size() <= longest_field) take_field();
    path_.resize(static_cast<std::size_t>(path_.rend() - open_at) - 1);
    text_.clear();
    if (item_at_ != 0 && path_.size() < item_at_) finish();
  }

  void take_field() {
    const std::size_t depth = path_.size() - item_at_;  // below the item
    if (depth == 1 && path_.back() == "type") item_.type = trim(text_);
    if (depth == 2 || (depth == 3 && path_[path_.size() - 2] == "appId"))
      item_.take(path_[path_.size() - 2], path_.back(), trim(text_));
  }

  void finish() {
    item_at_ = 0;
    ++out_.events;
    if (!item_.is_drop()) return;
    if (!item_.timed) {
      ++out_.damaged;
      return;
    }
    out_.drops.push_back(item_.finish());
    if (4 * most_filter_drops <= out_.drops.size()) keep_newest();
  }

  void keep_newest() {
    std::ranges::stable_sort(out_.drops, [](const auto& a, const auto& b) { return b.at < a.at; });
    if (most_filter_drops < out_.drops.size()) out_.drops.resize(most_filter_drops);
  }

  XmlLexer lexer_;
  XmlToken token_;
  std::vector<std::string> path_;
  std::string text_;
  std::size_t item_at_ = 0;  // depth of the item that is read; 0 none is
  Item item_;
  bool list_seen_ = false, too_deep_ = false;
  FilterEvents out_;
};

}  // namespace

Result<FilterEvents> read_filter_events(ByteSource& file) {
  return EventList(file).run();
}

}  // namespace rdpdoctor::formats
