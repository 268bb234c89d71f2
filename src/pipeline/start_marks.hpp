#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/store/catalog.hpp"

namespace bellwether::pipeline {

/// Notes in the catalog which detectors are being started, so that a process knows during whose
/// start the one before it died, and does not die of the same detector for ever
/// (docs/decisions/0028-starts-that-end-the-process.md).
///
/// Threads  any.
class StartMarks {
 public:
  /// So many deaths in a row, no other start being under way, bar a detector from starting.
  static constexpr std::uint32_t most_deaths = 3;

  /// What a mark is about: the detector's document and the user's last order. A mark of another
  /// version is void, so whoever changes a detector or activates it again has it started.
  struct Version {
    std::uint64_t document = 0;  ///< Revision in the catalog.
    std::uint64_t order = 0;     ///< Revision in the catalog; 0: none was given.

    bool operator==(const Version&) const = default;
  };

  enum class Verdict {
    sound,
    suspect,  ///< A process died during its start: start it last and alone.
    barred,   ///< It did so too often.
  };

  explicit StartMarks(store::Catalog& catalog) : catalog_(catalog) {}

  /// Reads what an earlier process left, and counts a death for the one detector that was being
  /// started when it died. Of several none is counted, and all are suspects. To be called once,
  /// before any start.
  Result<void> load();

  Verdict verdict(const std::string& detector, const Version& version) const;

  /// How often a process died during the start of a detector, no other being under way.
  std::uint32_t deaths(const std::string& detector) const;

  /// A start begins. Durable against the death of the process when it returns.
  Result<void> begin(const std::string& detector, const Version& version);

  /// A start is over, well or with an error: whatever happened before is forgotten.
  void finish(const std::string& detector);

  /// The process ends as it should: starts under way are no deaths. Later calls change nothing.
  void close();

 private:
  struct Mark {
    Version version;
    std::uint32_t deaths = 0;
    bool is_under_way = false;
  };

  Result<void> write(const std::string& detector, const Mark& mark);
  void erase(const std::string& detector);

  store::Catalog& catalog_;
  mutable std::mutex mutex_;
  std::map<std::string, Mark> marks_;
  bool is_closed_ = false;
};

}  // namespace bellwether::pipeline
