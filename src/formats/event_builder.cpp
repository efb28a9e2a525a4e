#include "formats/event_builder.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace rdpdoctor::formats {
namespace {

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool declares_namespace(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:");
}

template <class Integer>
void read_number(const std::string& text, Integer& out) {
  if (auto number = decimal<Integer>(trim(text))) out = *number;
}

}  // namespace

void EventBuilder::start(EventRecord& out) {
  out_ = &out;
  depth_ = 0;
  section_ = Section::none;
  target_ = nullptr;
  in_attribute_ = decided_ = unwanted_ = complete_ = false;
  attribute_name_.clear();
  for (std::string* text : {&id_, &level_, &record_, &time_, &process_}) text->clear();
}

std::string_view EventBuilder::current() const {
  return depth_ == 0 ? std::string_view{} : levels_[depth_ - 1].name;
}

bool EventBuilder::in_payload() const {
  return (section_ == Section::data || section_ == Section::user_data) && depth_ > 2;
}

bool EventBuilder::open(std::string_view name) {
  if (depth_ == deepest) return false;
  if (depth_ != 0) top().leaf = false;
  if (++depth_ > levels_.size()) levels_.emplace_back();
  Level& level = top();
  level.name = local_name(name);
  level.data_name.clear();
  level.text.clear();
  level.leaf = true;
  level.omitted = false;
  if (depth_ == 2) {
    section_ = level.name == "System"          ? Section::system
               : level.name == "EventData"     ? Section::data
               : level.name == "RenderingInfo" ? Section::ignored
                                               : Section::user_data;
  }
  content();
  return true;
}

// [MS-EVEN6] 2.2.12: what System holds, and where it goes.
std::string* EventBuilder::system_element() {
  if (depth_ != 3) return nullptr;
  const std::array<std::pair<std::string_view, std::string*>, 5> fields{{{"EventID", &id_},
                                                                         {"Level", &level_},
                                                                         {"EventRecordID", &record_},
                                                                         {"Channel", &out_->channel},
                                                                         {"Computer", &out_->computer}}};
  for (const auto& [name, field] : fields) {
    if (top().name == name) return field;
  }
  return nullptr;
}

std::string* EventBuilder::system_attribute(std::string_view name) {
  if (depth_ != 3) return nullptr;
  const std::string& element = top().name;
  if (element == "Provider" && name == "Name") return &out_->provider;
  if (element == "Provider" && name == "EventSourceName") return &out_->event_source;
  if (element == "TimeCreated" && name == "SystemTime") return &time_;
  if (element == "Security" && name == "UserID") return &out_->user_sid;
  if (element == "Execution" && name == "ProcessID") return &process_;
  return nullptr;
}

void EventBuilder::attribute(std::string_view name) {
  finish_attribute();
  in_attribute_ = true;
  target_ = nullptr;
  if (depth_ == 0 || declares_namespace(name)) return;
  name = local_name(name);
  if (section_ == Section::system) {
    target_ = system_attribute(name);
  } else if (in_payload() && name == "Name" && section_ == Section::data) {
    target_ = &top().data_name;
  } else if (in_payload() && section_ == Section::user_data) {
    attribute_name_ = name;
    attribute_text_.clear();
    target_ = &attribute_text_;
  }
  if (target_ != nullptr) target_->clear();  // the last one of a name counts, and none is glued to another
}

void EventBuilder::finish_attribute() {
  in_attribute_ = false;
  if (attribute_name_.empty()) return;
  std::string name = top().name;
  name += '@';
  name += attribute_name_;
  attribute_name_.clear();
  add(std::move(name), std::move(attribute_text_));
}

void EventBuilder::content() {
  finish_attribute();
  target_ = section_ == Section::system ? system_element() : in_payload() ? &top().text : nullptr;
}

void EventBuilder::add(std::string name, std::string value) {
  budget_.spend_text(sizeof(EventValue) + name.size());
  out_->data.push_back({std::move(name), std::move(value)});
}

void EventBuilder::next_item() {
  if (!in_payload()) return;
  Level& level = top();
  const bool unnamed = section_ == Section::data && level.name == "Data";
  add(level.data_name.empty() && !unnamed ? level.name : level.data_name, std::move(level.text));
  level.text.clear();
}

void EventBuilder::omit() {
  if (depth_ != 0 && !in_attribute_) top().omitted = true;
}

bool EventBuilder::close() {
  finish_attribute();
  if (depth_ == 0) return false;
  if (in_payload() && top().leaf && (!top().omitted || !top().text.empty())) next_item();
  if (section_ == Section::system) {
    if (depth_ == 3 && top().name == "EventID" && !out_->provider.empty()) decide();
    if (depth_ == 2) finish_system();
  }
  --depth_;
  if (depth_ < 2) section_ = Section::none;
  if (depth_ == 0) {
    complete_ = true;
    decide();  // an event without System is of no provider
  }
  target_ = nullptr;
  return true;
}

void EventBuilder::decide() {
  if (decided_) return;
  decided_ = true;
  read_number(id_, out_->id);
  unwanted_ = wanted_ && !wanted_(out_->provider, out_->id);
}

void EventBuilder::finish_system() {
  decide();
  read_number(level_, out_->level);
  read_number(record_, out_->record);
  read_number(process_, out_->process_id);
  out_->created = from_rfc3339(trim(time_));
}

}  // namespace rdpdoctor::formats
