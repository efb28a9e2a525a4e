#include "evidence/json.h"

#include <nlohmann/json.hpp>

#include "evidence/fields.h"

namespace rdpdoctor::evidence {
namespace {

using Json = nlohmann::ordered_json;

// ---- writing: empty and default members are left out, so that a case file stays readable ----

Json write(const std::string& v) {
  return v;
}
Json write(bool v) {
  return v;
}
Json write(int v) {
  return v;
}
Json write(double v) {
  return rounded_ms(v);
}
Json write(std::uint16_t v) {
  return v;
}
Json write(std::uint32_t v) {
  return v;
}
Json write(std::uint64_t v) {
  return v;
}
Json write(Instant v) {
  return to_rfc3339(v);
}
template <class E>
  requires std::is_enum_v<E>
Json write(E v) {
  return std::string(rdpdoctor::name_of(v));
}
template <class S>
  requires std::is_aggregate_v<S> && (!std::is_same_v<S, Instant>)
Json write(const S& s);
template <class T>
Json write(const std::vector<T>& list);
template <class T>
Json write(const Reading<T>& r) {
  switch (r.state) {
    case Presence::present: return Json{{"present", write(r.value)}};
    case Presence::absent: return "absent";
    case Presence::unreadable: return Json{{"unreadable", r.why}};
    case Presence::not_looked: break;
  }
  return nullptr;
}
template <class T>
Json write(const std::vector<T>& list) {
  Json out = Json::array();
  for (const T& v : list) out.push_back(write(v));
  return out;
}

struct JsonWriter {
  Json out = Json::object();
  template <class T>
  void operator()(const char* key, const T& v) {
    if constexpr (requires { v.empty(); } && !std::is_same_v<T, std::vector<Connection>>) {
      if (v.empty()) return;
    }
    Json j = write(v);
    if (j.is_null() || (j.is_object() && j.empty())) return;
    out[key] = std::move(j);
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& v) {
    if (v) out[key] = write(*v);
  }
};

template <class S>
  requires std::is_aggregate_v<S> && (!std::is_same_v<S, Instant>)
Json write(const S& s) {
  JsonWriter w;
  fields(w, s);
  return w.out;
}

// ---- reading: the first thing that is wrong is kept with its place ----

// A short text can name very many entries, each of which costs kilobytes here.
constexpr std::size_t most_entries = 100'000;
constexpr std::size_t most_in_a_list = 10'000;

struct JsonReader {
  const Json* at;
  std::string where;
  std::string* problem;
  std::size_t* entries;  // of all lists so far

  void wrong(const std::string& place, std::string_view expected) const {
    if (problem->empty()) *problem = place + " must be " + std::string(expected);
  }

  void read(const Json& j, const std::string& place, std::string& v) const {
    if (j.is_string())
      v = j.get<std::string>();
    else
      wrong(place, "text");
  }
  void read(const Json& j, const std::string& place, bool& v) const {
    if (j.is_boolean())
      v = j.get<bool>();
    else
      wrong(place, "true or false");
  }
  void read(const Json& j, const std::string& place, double& v) const {
    if (j.is_number())
      v = j.get<double>();
    else
      wrong(place, "a number");
  }
  template <class N>
    requires std::is_integral_v<N>
  void read(const Json& j, const std::string& place, N& v) const {
    if (!j.is_number_integer()) return wrong(place, "a whole number");
    auto fits = j.is_number_unsigned()
                    ? j.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<N>::max())
                    : std::is_signed_v<N> &&
                          j.get<std::int64_t>() >= static_cast<std::int64_t>(std::numeric_limits<N>::min());
    if (fits)
      v = j.get<N>();
    else
      wrong(place, "a whole number in range");
  }
  void read(const Json& j, const std::string& place, Instant& v) const {
    auto instant = j.is_string() ? from_rfc3339(j.get<std::string>()) : std::nullopt;
    if (instant)
      v = *instant;
    else
      wrong(place, "an RFC 3339 instant");
  }
  template <class E>
    requires std::is_enum_v<E>
  void read(const Json& j, const std::string& place, E& v) const {
    auto value = j.is_string() ? value_of<E>(j.get<std::string>()) : std::nullopt;
    if (value)
      v = *value;
    else
      wrong(place, "one of the known words");
  }
  template <class T>
  void read(const Json& j, const std::string& place, std::optional<T>& v) const {
    if (j.is_null()) return;
    T value{};
    read(j, place, value);
    v = value;
  }
  template <class T>
  void read(const Json& j, const std::string& place, Reading<T>& v) const {
    if (j.is_string() && j == "absent") {
      v = Reading<T>::absent();
    } else if (j.is_object() && j.contains("present")) {
      T value{};
      read(j["present"], place + ".present", value);
      v = Reading<T>::present(value);
    } else if (j.is_object() && j.contains("unreadable") && j["unreadable"].is_string()) {
      v = Reading<T>::unreadable(j["unreadable"].get<std::string>());
    } else {
      wrong(place, "{\"present\": …}, \"absent\" or {\"unreadable\": \"why\"}");
    }
  }
  template <class T>
  void read(const Json& j, const std::string& place, std::vector<T>& v) const {
    if (!j.is_array()) return wrong(place, "a list");
    *entries += j.size();
    if (j.size() > most_in_a_list || *entries > most_entries) return wrong(place, "a list of fewer entries");
    for (std::size_t i = 0; i < j.size(); ++i) {
      T value{};
      read(j[i], place + "[" + std::to_string(i) + "]", value);
      v.push_back(std::move(value));
    }
  }
  template <class S>
    requires std::is_aggregate_v<S> && (!std::is_same_v<S, Instant>)
  void read(const Json& j, const std::string& place, S& s) const {
    if (!j.is_object()) return wrong(place, "an object");
    JsonReader inner{&j, place, problem, entries};
    fields(inner, s);
  }

  template <class T>
  void operator()(const char* key, T& v) const {
    if (auto it = at->find(key); it != at->end()) read(*it, where.empty() ? key : where + "." + key, v);
  }
};

}  // namespace

std::string to_json(const CaseFile& c, int indent) {
  return write(c).dump(indent, ' ', false, Json::error_handler_t::replace);
}

namespace {

Error not_json() {
  return {"read case file: not JSON", ErrorKind::usage, 0, "a JSON object"};
}

Result<CaseFile> from(const Json& j) {
  CaseFile c;
  std::string problem;
  std::size_t entries = 0;
  JsonReader reader{&j, "", &problem, &entries};
  reader.read(j, "the case file", c);
  if (!problem.empty()) return std::unexpected(Error{"read case file: " + problem, ErrorKind::usage, 0, ""});
  return c;
}

}  // namespace

Result<CaseFile> from_json(std::string_view text) {
  Json j = Json::parse(text, nullptr, /* allow_exceptions= */ false);
  return j.is_discarded() ? std::unexpected(not_json()) : from(j);
}

Result<CaseFile> from_diagnosis_json(std::string_view text) {
  Json j = Json::parse(text, nullptr, /* allow_exceptions= */ false);
  if (j.is_discarded()) return std::unexpected(not_json());
  auto diagnosis = j.is_object() ? j.find("diagnosis") : j.end();  // of a watch's summary
  const Json& holder = diagnosis != j.end() && diagnosis->is_object() ? *diagnosis : j;
  auto inner = holder.is_object() ? holder.find("evidence") : holder.end();
  if (inner != holder.end()) return from(*inner);
  bool bare = j.is_object() && (j.contains("target") || j.contains("connections"));
  if (bare) return from(j);
  return std::unexpected(
      Error{"read case file: no evidence in it", ErrorKind::usage, 0, "what diagnose --json prints"});
}

std::string_view name_of(Stage stage) {
  return rdpdoctor::name_of(stage);
}

std::string_view name_of(Topic topic) {
  return rdpdoctor::name_of(topic);
}

}  // namespace rdpdoctor::evidence
