#include "kafka_rows.hpp"

#include <chrono>
#include <cmath>

#include "bellwether/base/time.hpp"

namespace bellwether::tests {
namespace {

constexpr TimePoint start = std::chrono::sys_days(std::chrono::year(2023) / 1 / 1);
constexpr unsigned countries = 4;
constexpr std::uint64_t spike = 4;

/// The same for the same input on every machine (splitmix64).
std::uint64_t scrambled(std::uint64_t input) {
  input += 0x9E3779B97F4A7C15U;
  input = (input ^ (input >> 30U)) * 0xBF58476D1CE4E5B9U;
  input = (input ^ (input >> 27U)) * 0x94D049BB133111EBU;
  return input ^ (input >> 31U);
}

}  // namespace

KafkaRows::Row KafkaRows::next() {
  const std::uint64_t interval = made_ / rows_per_interval_;
  const std::uint64_t row = made_ % rows_per_interval_;
  const auto leaf = static_cast<unsigned>(row % leaves);
  const std::uint64_t orders = orders_at(interval, leaf);
  ++made_;
  orders_[time_of(interval, 0)] += orders;
  return make(interval, row, leaf, orders);
}

KafkaRows::Row KafkaRows::closing(unsigned leaf) const {
  return make(made_ / rows_per_interval_ + 3, 0, leaf % leaves, 1);
}

/// A level per leaf, a daily season, noise of a few percent, and the first leaf's spikes.
std::uint64_t KafkaRows::orders_at(std::uint64_t interval, unsigned leaf) const {
  constexpr double pi = 3.14159265358979323846;
  const double season = 1 + 0.4 * std::sin(2 * pi * static_cast<double>(interval % 24) / 24);
  const double noise = static_cast<double>(scrambled(interval * leaves + leaf) % 1000) / 1000;
  const double level = 100 + 40 * (leaf % countries);
  auto orders = static_cast<std::uint64_t>(level * season * (0.97 + 0.06 * noise));
  if (leaf == 0 && spikes_.contains(interval)) orders *= spike;
  return orders;
}

std::string KafkaRows::time_of(std::uint64_t interval, std::uint64_t row) const {
  const auto within = std::chrono::milliseconds(3'600'000 * row / rows_per_interval_);
  return to_rfc3339(start + std::chrono::hours(interval) + within);
}

KafkaRows::Row KafkaRows::make(std::uint64_t interval, std::uint64_t row, unsigned leaf,
                               std::uint64_t orders) const {
  const std::string country = "country-" + std::to_string(leaf % countries);
  const std::string device = "device-" + std::to_string(leaf / countries);
  return {interval, country + device,
          R"({"timestamp":")" + time_of(interval, row) + R"(","country":")" + country +
              R"(","device":")" + device + R"(","orders":)" + std::to_string(orders) + "}"};
}

}  // namespace bellwether::tests
