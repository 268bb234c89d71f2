#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "bellwether/base/time.hpp"

namespace bellwether {

/// A civil time zone as a plain value: its name and every change of its offset from UTC.
///
/// Loading one by name reads the host's zone data and so lives in `ingest` (`load_time_zone`).
class TimeZone {
 public:
  /// From `at` on, local time is UTC plus `offset`.
  struct Change {
    TimePoint at;
    std::chrono::seconds offset;

    bool operator==(const Change&) const = default;
  };

  /// UTC.
  TimeZone() : name_("UTC") {}

  /// `changes` ascend in time; `first_offset` holds before the first of them.
  TimeZone(std::string name, std::chrono::seconds first_offset, std::vector<Change> changes);

  const std::string& name() const { return name_; }

  /// Cost     O(log changes).
  std::chrono::seconds offset_at(TimePoint time) const;

  /// The UTC moment of a local time. A doubled local hour means its first pass; a skipped one is
  /// moved on by the length of the gap.
  TimePoint from_local(std::chrono::local_time<std::chrono::milliseconds> local) const;
  std::chrono::local_time<std::chrono::milliseconds> to_local(TimePoint time) const;

  bool operator==(const TimeZone&) const = default;

 private:
  std::string name_;
  std::chrono::seconds first_offset_{0};
  std::vector<Change> changes_;
};

}  // namespace bellwether
