#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/store/store.hpp"

#include "amendment_check.hpp"
#include "database.hpp"
#include "progress_codec.hpp"
#include "series_columns.hpp"
#include "state_records.hpp"
#include "stretch_headings.hpp"

namespace bellwether::store {

/// Reads and decodes every record, and checks that what belongs together is there together. Damage
/// is reported, and the rest is read all the same.
class Verifier {
 public:
  Verifier(const Database& database, const std::function<void(double)>& progress)
      : database_(database), snapshot_(database), progress_(progress) {}

  Result<VerifyReport> run();

  /// As many sentences as anyone reads; the rest is counted.
  static constexpr std::size_t max_damages = 1000;

 private:
  /// What is found of a detector in one family, for comparison with the others.
  struct DetectorParts {
    bool has_progress = false;
    ProgressRecord progress;
    IntervalIndex first_kept = 0;
    bool has_first_kept = false;
    std::optional<ChunkedRecord> chunked;
    /// Headings by interval: of frames, and of the stretches in chunks.
    std::map<IntervalIndex, FrameHeading> headings;
    std::set<IntervalIndex> frames;
    std::set<IntervalIndex> quality;
  };
  using Visit = std::function<void(std::string_view key, std::string_view value)>;

  void check_meta();
  void check_catalog();
  void check_checkpoints();
  void check_checkpoint(std::string_view key, std::string_view value);
  void check_dictionaries();
  void check_frames();
  void check_heading(std::string_view key, std::string_view value);
  void check_chunks();
  void check_stretch_headings(std::string_view key, std::string_view value);
  void check_chunk(std::string_view key, std::string_view value);
  static std::string series_fault(const SeriesColumns& columns, std::size_t series,
                                  IntervalIndex begin, const DetectorParts& detector);
  /// What is kept of a detector: from here on.
  static IntervalIndex kept_from(const DetectorParts& parts);
  void check_quality();
  void check_intervals();
  void check_groups();
  void check_group_lines(char letter);
  void check_deliveries();
  void check_delivery_lines(std::string_view kind);
  void check_outbox();
  void check_inbox();
  void check_inbox_batches();
  void check_answers();

  /// Visits all records whose key begins with `prefix`. Gives false when not all could be read.
  bool for_each(Family family, std::string_view prefix, const Visit& visit);
  /// Whether a record is there, for cross references.
  bool has(Family family, std::string_view key);
  void damage(std::string text);

  const Database& database_;
  Snapshot snapshot_;
  const std::function<void(double)>& progress_;
  VerifyReport report_;
  std::uint64_t damage_count_ = 0;
  std::uint64_t records_read_ = 0;
  std::uint64_t records_expected_ = 1;
  std::map<std::string, DetectorParts, std::less<>> detectors_;
  /// How many chunks each turned stretch must have.
  std::map<std::string, std::map<IntervalIndex, std::size_t>, std::less<>> chunk_counts_;
  AmendmentCheck amendments_;
};

}  // namespace bellwether::store
