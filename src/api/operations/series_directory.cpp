#include "operations/series_directory.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/store/page_bound.hpp"

#include "text.hpp"

namespace bellwether::api {
namespace {

constexpr const char* rolled_up = "*";

/// A query's dimensions as ids. Empty when one names a value that was never seen.
std::optional<std::vector<std::optional<ValueId>>> ids_of(
    const Dictionary& dictionary, const std::map<std::string, std::string>& dimensions) {
  std::vector<std::optional<ValueId>> ids(dictionary.dimension_count());
  for (const auto& [name, value] : dimensions) {
    const auto dimension = dictionary.dimension_named(name);
    if (!dimension) return std::nullopt;
    ids[*dimension] = value == rolled_up ? any_value : dictionary.find_value(*dimension, value);
    if (!ids[*dimension]) return std::nullopt;
  }
  return ids;
}

bool matches(std::span<const ValueId> combination, const std::vector<std::optional<ValueId>>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] && combination[i] != *ids[i]) return false;
  return true;
}

std::size_t size_of(const SeriesKey& key) {
  constexpr std::size_t of_one = 64;
  std::size_t bytes = of_one + key.measure.size();
  for (const auto& [name, value] : key.dimensions) bytes += of_one + name.size() + value.size();
  return bytes;
}

}  // namespace

Result<MeasureIndex> find_measure(const DetectorSpec& detector, const std::string& measure) {
  std::vector<std::string> names;
  for (const MeasureSpec& one : detector.measures) names.push_back(one.column);
  const auto found = std::ranges::find(names, measure);
  if (found == names.end())
    return invalid_input("detector '" + detector.name + "' has no measure '" + measure +
                         "'; it has " + joined(names));
  return static_cast<MeasureIndex>(found - names.begin());
}

Result<void> check_dimension(const DetectorSpec& detector, const std::string& name) {
  if (std::ranges::find(detector.dimensions, name) != detector.dimensions.end()) return ok();
  return invalid_input("detector '" + detector.name + "' has no dimension '" + name + "'; it has " +
                       (detector.dimensions.empty() ? "none" : joined(detector.dimensions)));
}

Result<void> check_dimensions(const DetectorSpec& detector,
                              const std::map<std::string, std::string>& dimensions) {
  for (const auto& [name, value] : dimensions)
    if (auto known = check_dimension(detector, name); !known) return known;
  return ok();
}

Result<std::shared_ptr<const Dictionary>> SeriesDirectory::dictionary(
    const DetectorView& detector) {
  const std::string& name = detector.spec.name;
  const auto progress = store_.intervals().progress(name);
  if (!progress) return progress.error();
  {
    const std::lock_guard lock(mutex_);
    const auto kept = kept_.find(name);
    if (kept != kept_.end() && kept->second.revision == detector.revision &&
        kept->second.last_interval == progress->last_interval) {
      kept->second.used_at = ++uses_;
      return kept->second.dictionary;
    }
  }
  auto dictionary = std::make_shared<Dictionary>(detector.spec.dimensions);
  if (auto loaded = store_.intervals().load_dictionary(name, *dictionary); !loaded)
    return loaded.error();
  const std::lock_guard lock(mutex_);
  kept_[name] = {detector.revision, progress->last_interval, dictionary, ++uses_};
  if (kept_.size() > max_kept)
    kept_.erase(std::ranges::min_element(kept_, {},
                                         [](const auto& entry) { return entry.second.used_at; }));
  return std::shared_ptr<const Dictionary>(std::move(dictionary));
}

Result<SeriesPage> SeriesDirectory::find(const DetectorView& detector, const SeriesQuery& query) {
  MeasureIndex first_measure = 0;
  MeasureIndex measure_count = detector.spec.measures.size();
  if (query.measure) {
    const auto measure = find_measure(detector.spec, *query.measure);
    if (!measure) return measure.error();
    first_measure = *measure;
    measure_count = 1;
  }
  if (auto known = check_dimensions(detector.spec, query.dimensions); !known) return known.error();
  const auto dictionary = this->dictionary(detector);
  if (!dictionary) return dictionary.error();
  SeriesPage page;
  store::PageBound bound(query.limit);
  const auto ids = ids_of(**dictionary, query.dimensions);
  if (!ids) return page;
  // Positions count series times measures, so that a page may end between two measures of one.
  const std::uint64_t end = std::uint64_t{(*dictionary)->series_count()} * measure_count;
  for (std::uint64_t at = query.begin; at < end; ++at) {
    const auto series = static_cast<SeriesIndex>(at / measure_count);
    if (!matches((*dictionary)->combination(series), *ids)) continue;
    const auto measure = first_measure + static_cast<MeasureIndex>(at % measure_count);
    SeriesKey key = (*dictionary)->key(series, detector.spec.measures[measure].column);
    if (!bound.take(size_of(key))) {
      page.next = at;
      return page;
    }
    page.series.push_back(std::move(key));
  }
  return page;
}

}  // namespace bellwether::api
