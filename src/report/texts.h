// Every text of the evidence, one after another: a template over evidence/fields.h that `take` is called by,
// with the key of each text, the name of the value it stands in (of an event or a setting, else ""), and the
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/fields.h"

namespace rdpdoctor::report {

template <class Take>
class Texts {
 public:
  explicit Texts(Take& take, std::string_view value_name = "") : take_(take), value_name_(value_name) {}

  template <class T>
  void operator()(const char* key, T& v) {
    one(key, v);
  }

 private:
  void one(std::string_view key, std::string& v) { take_(key, value_name_, v); }
  template <class T>
  void one(std::string_view key, std::vector<T>& list) {
    for (T& v : list) one(key, v);
  }
  template <class T>
  void one(std::string_view key, std::optional<T>& v) {
    if (v) one(key, *v);
  }
  template <class T>
  void one(std::string_view key, Reading<T>& v) {
    one(key, v.value);
    take_("why", value_name_, v.why);
  }
  // What a fact tells goes by the fact's own name: "computer_name".
  template <class S>
    requires evidence::is_fact<std::remove_const_t<S>>
  void one(std::string_view key, S& s) {
    one(key, s.is);
    take_("source", value_name_, s.source);
    one(key, s.local);
    take_("local_source", value_name_, s.local_source);
  }
  template <class S>
    requires std::is_aggregate_v<S> && (!std::is_same_v<S, Instant>) &&
             (!evidence::is_fact<std::remove_const_t<S>>)
  void one(std::string_view, S& s) {
    std::string name;
    if constexpr (std::is_same_v<S, evidence::EventValue> || std::is_same_v<S, evidence::RdpSetting>)
      name = s.name;
    if constexpr (std::is_same_v<S, evidence::KnownNetwork>) name = "network";
    Texts inner(take_, name);
    evidence::fields(inner, s);
  }
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Instant>
  void one(std::string_view, T&) {}

  Take& take_;
  std::string_view value_name_;
};

// take(std::string_view key, std::string_view value_name, std::string& text)
template <class S, class Take>
void each_text(S& s, Take take) {
  Texts<Take> texts(take);
  evidence::fields(texts, s);
}

}  // namespace rdpdoctor::report
