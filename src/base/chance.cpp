#include "base/chance.h"

#include <algorithm>
#include <cmath>

namespace rdpdoctor {
namespace {

// ln(n!) by Stirling's series. Not std::lgamma: that one writes a global.
double ln_factorial(std::size_t n) {
  if (n < 2) return 0;
  if (n < 20) {
    double product = 1;
    for (std::size_t i = 2; i <= n; ++i) product *= static_cast<double>(i);
    return std::log(product);
  }
  auto x = static_cast<double>(n);
  constexpr double half_ln_two_pi = 0.91893853320467274178;
  return (x + 0.5) * std::log(x) - x + half_ln_two_pi + 1 / (12 * x) - 1 / (360 * x * x * x);
}

double ln_choices(std::size_t part, std::size_t whole) {
  return ln_factorial(whole) - ln_factorial(part) - ln_factorial(whole - part);
}

// `bad` things in exactly `rows` rows: they are cut into so many parts, which go into the gaps between the
// others.
double chance_of_rows(std::size_t rows, std::size_t bad, std::size_t all) {
  std::size_t good = all - bad;
  if (rows == 0 || rows > bad || rows > good + 1) return 0;
  return std::exp(ln_choices(rows - 1, bad - 1) + ln_choices(rows, good + 1) - ln_choices(bad, all));
}

double sum_of_rows(std::size_t from, std::size_t to, std::size_t bad, std::size_t all) {
  double sum = 0;
  for (std::size_t rows = from; rows <= to; ++rows) sum += chance_of_rows(rows, bad, all);
  return std::min(sum, 1.0);
}

}  // namespace

double chance_of_share(std::size_t bad_here, std::size_t here, std::size_t bad_there, std::size_t there) {
  std::size_t bad = bad_here + bad_there;
  if (here == 0 || there == 0 || bad == 0) return 1;
  double sum = 0;
  for (std::size_t n = bad_here; n <= std::min(bad, here); ++n) {
    if (bad - n > there) continue;
    sum += std::exp(ln_choices(n, here) + ln_choices(bad - n, there) - ln_choices(bad, here + there));
  }
  return std::min(sum, 1.0);
}

double chance_of_few_rows(std::size_t rows, std::size_t bad, std::size_t all) {
  return bad == 0 || bad == all ? 1 : sum_of_rows(1, rows, bad, all);
}

double chance_of_many_rows(std::size_t rows, std::size_t bad, std::size_t all) {
  return bad == 0 || bad == all ? 1 : sum_of_rows(rows, bad, bad, all);
}

double chance_of_choice(std::size_t part, std::size_t whole) {
  return part > whole ? 1 : std::exp(-ln_choices(part, whole));
}

}  // namespace rdpdoctor
