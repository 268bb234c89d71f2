#include "bellwether/domain/quality.hpp"

#include <numeric>
#include <utility>

namespace bellwether {

std::string_view to_string(RowFault fault) {
  switch (fault) {
    case RowFault::unreadable:
      return "unreadable";
    case RowFault::missing_timestamp:
      return "missing_timestamp";
    case RowFault::bad_timestamp:
      return "bad_timestamp";
    case RowFault::future_timestamp:
      return "future_timestamp";
    case RowFault::missing_dimension:
      return "missing_dimension";
    case RowFault::long_value:
      return "long_value";
    case RowFault::no_measure:
      return "no_measure";
    case RowFault::late:
      return "late";
    case RowFault::over_series_limit:
      return "over_series_limit";
  }
  return "unreadable";
}

void RejectedRows::add(RowFault fault, std::uint64_t row, std::string message) {
  ++counts[static_cast<std::size_t>(fault)];
  if (samples.size() < max_samples) samples.push_back({fault, row, std::move(message)});
}

void RejectedRows::add(const RejectedRows& other) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  for (const RejectedSample& sample : other.samples) {
    if (samples.size() == max_samples) break;
    samples.push_back(sample);
  }
}

void RejectedRows::keep_only(RowFault fault) {
  const std::uint64_t kept = count(fault);
  counts = {};
  counts[static_cast<std::size_t>(fault)] = kept;
  std::erase_if(samples, [fault](const RejectedSample& sample) { return sample.fault != fault; });
}

std::uint64_t RejectedRows::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace bellwether
