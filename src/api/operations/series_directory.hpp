#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/series_key.hpp"
#include "bellwether/store/store.hpp"

#include "operations/detector_book.hpp"

namespace bellwether::api {

/// Which series are looked for; what is absent matches everything.
struct SeriesQuery {
  std::optional<std::string> measure;
  std::map<std::string, std::string> dimensions;  ///< `*` picks series that roll the dimension up.
  std::size_t limit = 100;
  std::uint64_t begin = 0;  ///< Where the page before ended.
};

struct SeriesPage {
  std::vector<SeriesKey> series;
  std::optional<std::uint64_t> next;  ///< `begin` of the next page, if there is one.
};

/// Finds series in the stored dictionaries, of which it keeps the last few used in memory.
///
/// Threads  any.
/// Cost     O(series) for a search; a dictionary is read anew after each committed interval.
class SeriesDirectory {
 public:
  static constexpr std::size_t max_kept = 8;

  explicit SeriesDirectory(store::Store& store) : store_(store) {}

  /// Shared with the cache and other requests, which may replace it meanwhile.
  Result<std::shared_ptr<const Dictionary>> dictionary(const DetectorView& detector);

  /// Errors   invalid_input: no such measure or dimension.
  Result<SeriesPage> find(const DetectorView& detector, const SeriesQuery& query);

 private:
  struct Kept {
    std::uint64_t revision = 0;
    std::optional<IntervalIndex> last_interval;
    std::shared_ptr<const Dictionary> dictionary;
    std::uint64_t used_at = 0;
  };

  store::Store& store_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::uint64_t uses_ = 0;
};

/// The measure's place in the detector.
///
/// Errors   invalid_input: it has none of that name; the message lists what there is.
Result<MeasureIndex> find_measure(const DetectorSpec& detector, const std::string& measure);

/// Errors   invalid_input: a dimension the detector does not have.
Result<void> check_dimension(const DetectorSpec& detector, const std::string& name);
Result<void> check_dimensions(const DetectorSpec& detector,
                              const std::map<std::string, std::string>& dimensions);

}  // namespace bellwether::api
