#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/source_spec.hpp"

namespace bellwether {

enum class Aggregate : std::uint8_t { sum, avg, min, max, count };
enum class OnMissing : std::uint8_t { automatic, zero, skip };
enum class RollupKind : std::uint8_t { all, leaf, listed };

std::string_view to_string(Aggregate aggregate);
std::optional<Aggregate> parse_aggregate(std::string_view text);
std::string_view to_string(OnMissing rule);
std::optional<OnMissing> parse_on_missing(std::string_view text);

struct MeasureSpec {
  std::string column;
  Aggregate aggregate = Aggregate::sum;

  bool operator==(const MeasureSpec&) const = default;
};

struct TimestampSpec {
  std::string column = "timestamp";
  std::string format = "yyyy-MM-dd HH:mm:ss";  ///< SimpleDateFormat letters, or UNIX, UNIX_SECONDS,
                                               ///< UNIX_MS, RFC3339.
  std::string timezone = "UTC";  ///< IANA id, for times that name no zone of their own.

  bool operator==(const TimestampSpec&) const = default;
};

/// Keep only rows whose dimension has one of these values.
struct WhereSpec {
  std::string dimension;
  std::vector<std::string> in;

  bool operator==(const WhereSpec&) const = default;
};

/// Which combinations are series of their own beside the leaves.
struct RollupSpec {
  RollupKind kind = RollupKind::all;
  std::vector<std::vector<std::string>>
      dimension_lists;  ///< For `listed`: the dimensions kept in each.

  bool operator==(const RollupSpec&) const = default;
};

/// Everything a user says about one detector.
struct DetectorSpec {
  std::string name;
  std::string description;
  Duration interval{std::chrono::hours(1)};
  Duration offset{0};
  TimestampSpec timestamp;
  std::vector<MeasureSpec> measures;
  std::vector<std::string> dimensions;
  std::vector<WhereSpec> where;
  RollupSpec rollups;
  OnMissing on_missing = OnMissing::automatic;
  /// How long a series may be idle before what was learnt of it is forgotten; zero: for ever.
  /// Absent: see `series_ttl`.
  std::optional<Duration> series_ttl;
  std::size_t max_series = 1'000'000;
  std::size_t max_value_length = 1024;  ///< Bytes of one dimension value.
  double threshold = 60;
  /// Whether a kind of context that a series has never been in counts as unusual too.
  bool patterns = false;
  /// How many intervals it learns before it speaks; absent: see `learning_intervals`.
  std::optional<std::uint64_t> learning_intervals;
  Duration late_window{0};
  SourceSpec source;
  bool active = true;  ///< Whether it runs as soon as it exists.

  bool operator==(const DetectorSpec&) const = default;
};

/// Every problem, not only the first. Time zone and timestamp format are checked by `ingest`, which
/// knows them.
Problems validate(const DetectorSpec& spec);

/// What is wrong with a detector in a store that keeps values for `retention`.
Problems validate_retention(const DetectorSpec& spec, Duration retention);

/// Problems of a name that stands in URLs, ARNs and file names: 1 to 63 of a-z, A-Z, 0-9, - and _,
/// beginning with a letter or digit.
Problems validate_name(std::string_view field, std::string_view name);

/// Intervals after which a detector, and every new series of it, has learnt enough to speak: 300,
/// but at least two and at most 12.5 days of them; 14 of a day.
std::uint64_t learning_intervals(const DetectorSpec& spec);

/// How long a series may be idle: 30 days, or for ever (zero) where a missing row is a zero.
Duration series_ttl(const DetectorSpec& spec);

/// Whether the change from `before` to `after` leaves what was learnt and stored meaningful.
bool keeps_data(const DetectorSpec& before, const DetectorSpec& after);

}  // namespace bellwether
