#include "base/time.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace rdpdoctor {
namespace {

constexpr std::int64_t ms_per_second = 1000;
constexpr std::int64_t ms_per_minute = 60 * ms_per_second;
constexpr std::int64_t ms_per_hour = 60 * ms_per_minute;
constexpr std::int64_t ms_per_day = 24 * ms_per_hour;
constexpr std::uint64_t ticks_per_ms = 10'000;
constexpr std::int64_t ms_from_1601_to_1970 = 11'644'473'600'000;
constexpr Instant first_instant{-62'135'596'800'000};  // 0001-01-01T00:00:00Z
constexpr Instant last_instant{253'402'300'799'999};   // 9999-12-31T23:59:59.999Z

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Days since 1970-01-01 in the proleptic Gregorian calendar. The year is counted from March, so that the leap
// day is its last day.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year += floor_div(month - 1, 12);
  month -= 12 * floor_div(month - 1, 12);
  if (month <= 2) --year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

struct Civil {
  std::int64_t year = 1970;
  std::int64_t month = 1;
  std::int64_t day = 1;
};

Civil civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = floor_div(days, 146'097);
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * from_march + 2) / 5 + 1};
}

std::string digits(std::int64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

// Takes what it recognizes from the front of a text; after the first failure nothing more is taken.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : text_(text) {}

  int number(std::size_t width, int low, int high) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value * 10 + digit();
    if (value < low || high < value) ok_ = false;
    return value;
  }
  void one_of(std::string_view wanted) {
    if (next() == '\0' || wanted.find(next()) == std::string_view::npos) ok_ = false;
    drop();
  }
  // ".123456": as milliseconds, finer digits dropped; 0 when there is no fraction.
  int fraction() {
    if (next() != '.') return 0;
    drop();
    int ms = 100 * digit();
    for (int scale = 10; is_digit(); scale /= 10) ms += scale * digit();
    return ms;
  }
  // "Z" or "+01:30", as minutes to subtract.
  int offset() {
    const char sign = next();
    one_of("Zz+-");
    if (sign != '+' && sign != '-') return 0;
    const int hours = number(2, 0, 23);
    one_of(":");
    const int minutes = hours * 60 + number(2, 0, 59);
    return sign == '-' ? -minutes : minutes;
  }
  [[nodiscard]] bool finished() const { return ok_ && text_.empty(); }

 private:
  [[nodiscard]] char next() const { return text_.empty() ? '\0' : text_.front(); }
  [[nodiscard]] bool is_digit() const { return '0' <= next() && next() <= '9'; }
  int digit() {
    if (!is_digit()) {
      ok_ = false;
      return 0;
    }
    const int value = next() - '0';
    drop();
    return value;
  }
  void drop() {
    if (!text_.empty()) text_.remove_prefix(1);
  }

  std::string_view text_;
  bool ok_ = true;
};

}  // namespace

double rounded_ms(double ms) {
  return std::abs(ms) < 1e12 ? std::round(ms * 1000) / 1000 : ms;
}

Instant from_filetime(std::uint64_t ticks) {
  return Instant{static_cast<std::int64_t>(ticks / ticks_per_ms) - ms_from_1601_to_1970};
}

std::uint64_t to_filetime(Instant instant) {
  constexpr std::uint64_t most = UINT64_MAX / ticks_per_ms;
  if (instant.ms <= -ms_from_1601_to_1970) return 0;
  if (instant.ms >= static_cast<std::int64_t>(most) - ms_from_1601_to_1970) return most * ticks_per_ms;
  return static_cast<std::uint64_t>(instant.ms + ms_from_1601_to_1970) * ticks_per_ms;
}

std::string date_of(Instant instant) {
  const Instant clamped = std::clamp(instant, first_instant, last_instant);
  const Civil date = civil_from_days(floor_div(clamped.ms, ms_per_day));
  return digits(date.year, 4) + "-" + digits(date.month, 2) + "-" + digits(date.day, 2);
}

std::string to_rfc3339(Instant instant) {
  const std::int64_t ms = std::clamp(instant, first_instant, last_instant).ms;
  const std::int64_t of_day = ms - floor_div(ms, ms_per_day) * ms_per_day;
  std::string out = date_of(instant) + "T" + digits(of_day / ms_per_hour, 2) + ":" +
                    digits(of_day / ms_per_minute % 60, 2) + ":" + digits(of_day / ms_per_second % 60, 2);
  if (of_day % ms_per_second != 0) out += "." + digits(of_day % ms_per_second, 3);
  return out + "Z";
}

std::optional<Instant> from_rfc3339(std::string_view text) {
  TimeText in(text);
  const int year = in.number(4, 1, 9999);
  in.one_of("-");
  const int month = in.number(2, 1, 12);
  in.one_of("-");
  const int day = in.number(2, 1, 31);
  in.one_of("Tt ");
  const int hour = in.number(2, 0, 23);
  in.one_of(":");
  const int minute = in.number(2, 0, 59);
  in.one_of(":");
  const int second = in.number(2, 0, 60);  // 60: a leap second
  const int ms = in.fraction();
  const int offset = in.offset();
  if (!in.finished()) return std::nullopt;
  if (civil_from_days(days_from_civil(year, month, day)).day != day) return std::nullopt;  // 30 February
  return Instant{from_civil(year, month, day, hour, minute - offset, second).ms + ms};
}

Instant from_civil(int year, int month, int day, int hour, int minute, int second) {
  const int sane_year = std::clamp(year, -100'000, 100'000);
  const std::int64_t days = days_from_civil(sane_year, month, day);
  return Instant{days * ms_per_day + hour * ms_per_hour + minute * ms_per_minute + second * ms_per_second};
}

std::string span_words(std::int64_t ms) {
  const std::uint64_t size = ms < 0 ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
  auto words = [size](std::int64_t unit, std::string_view noun) {
    return count_of(static_cast<std::size_t>(size / static_cast<std::uint64_t>(unit)), noun);
  };
  if (size >= ms_per_day) return words(ms_per_day, "day");
  if (size >= ms_per_hour) return words(ms_per_hour, "hour");
  if (size >= ms_per_minute) return words(ms_per_minute, "minute");
  if (size >= ms_per_second || size == 0) return words(ms_per_second, "second");
  return words(1, "millisecond");
}

}  // namespace rdpdoctor
