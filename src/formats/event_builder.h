// From the elements of one event, as binary XML or XML tells them, to an EventRecord.
//
// The reader of either form says what it meets (open, attribute, content, close) and appends the text of
// attributes and elements to target(). Where that is null, nobody wants the text and it need not be made.
#pragma once

#include <string>
#include <vector>

#include "formats/evtx.h"

namespace rdpdoctor::formats {

// What decoding may cost. A few bytes of binary XML can ask for any amount of text by naming one template
// again and again.
class Budget {
 public:
  Budget(std::size_t text, std::size_t tokens) : text_(text), tokens_(tokens) {}
  void spend_text(std::size_t bytes) { text_ = bytes < text_ ? text_ - bytes : 0; }
  void spend_token() { tokens_ -= tokens_ == 0 ? 0 : 1; }
  [[nodiscard]] bool ok() const { return text_ != 0 && tokens_ != 0; }

 private:
  std::size_t text_;    // bytes that may still be kept
  std::size_t tokens_;  // steps that may still be made
};

class EventBuilder {
 public:
  static constexpr std::size_t deepest = 64;  // elements

  // Both must outlive it.
  EventBuilder(const EventFilter& wanted, Budget& budget) : wanted_(wanted), budget_(budget) {}

  // REQUIRES: `out` lives until the next start().
  void start(EventRecord& out);
  [[nodiscard]] bool open(std::string_view name);  // false: nested too deeply
  void attribute(std::string_view name);           // of the element that is open, before its content()
  void content();
  void next_item();            // the same element again: one item of an array is done
  void omit();                 // the element's content is an optional value that is not there
  [[nodiscard]] bool close();  // false: nothing is open

  [[nodiscard]] std::string* target() { return target_; }
  [[nodiscard]] bool in_attribute() const { return in_attribute_; }
  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::string_view current() const;  // local name of the innermost element, "" if none
  [[nodiscard]] bool complete() const { return complete_; }
  // Provider and id are known, and the filter does not want it: the rest need not be read.
  [[nodiscard]] bool unwanted() const { return unwanted_; }

 private:
  enum class Section { none, system, data, user_data, ignored };
  struct Level {
    std::string name;
    std::string data_name;  // Data's Name
    std::string text;
    bool leaf = true;
    bool omitted = false;
  };

  [[nodiscard]] Level& top() { return levels_[depth_ - 1]; }
  [[nodiscard]] bool in_payload() const;
  [[nodiscard]] std::string* system_element();
  [[nodiscard]] std::string* system_attribute(std::string_view name);
  void finish_attribute();
  void finish_system();
  void decide();
  void add(std::string name, std::string value);

  const EventFilter& wanted_;
  Budget& budget_;
  EventRecord* out_ = nullptr;
  std::vector<Level> levels_;  // the strings of closed ones are used again
  std::size_t depth_ = 0;
  Section section_ = Section::none;
  std::string* target_ = nullptr;
  bool in_attribute_ = false;
  bool decided_ = false;
  bool unwanted_ = false;
  bool complete_ = false;
  std::string attribute_name_;  // of one that becomes a value of its own
  std::string attribute_text_;
  std::string id_, level_, record_, time_, process_;
};

}  // namespace rdpdoctor::formats
