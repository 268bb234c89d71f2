#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace bellwether::tests {

/// Made-up shop figures, row by row in order of time, whose sums are known.
class KafkaRows {
 public:
  struct Row {
    std::uint64_t interval = 0;
    std::string key;
    std::string value;  ///< JSON
  };

  static constexpr unsigned leaves = 16;

  KafkaRows(std::uint64_t rows_per_interval, std::set<std::uint64_t> spikes)
      : rows_per_interval_(rows_per_interval), spikes_(std::move(spikes)) {}

  /// The next row; adds it to the sums.
  Row next();

  /// A row so late that its partition has passed every interval made; it is in no sum.
  Row closing(unsigned leaf) const;

  /// Orders by the start of the interval.
  const std::map<std::string, std::uint64_t>& orders() const { return orders_; }

 private:
  std::uint64_t orders_at(std::uint64_t interval, unsigned leaf) const;
  std::string time_of(std::uint64_t interval, std::uint64_t row) const;
  Row make(std::uint64_t interval, std::uint64_t row, unsigned leaf, std::uint64_t orders) const;

  std::uint64_t rows_per_interval_;
  std::set<std::uint64_t> spikes_;
  std::uint64_t made_ = 0;
  std::map<std::string, std::uint64_t> orders_;
};

}  // namespace bellwether::tests
