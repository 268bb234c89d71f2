#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/bytes.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/detect/engine.hpp"
#include "bellwether/detect/history.hpp"
#include "bellwether/domain/lesson.hpp"
#include "bellwether/domain/scored_frame.hpp"
#include "bellwether/domain/source_health.hpp"

#include "absence.hpp"
#include "arrival.hpp"
#include "feedback_memory.hpp"
#include "historian.hpp"
#include "knot_pool.hpp"
#include "series_model.hpp"
#include "state_codec.hpp"

namespace bellwether::detect {

class StateReader;

/// Where a block stands in its detector.
struct BlockPlace {
  std::size_t number = 0;
  MeasureIndex measure = 0;
  std::size_t first_series = 0;
  bool has_patterns = false;  ///< Its series have a pattern channel.
};

/// What one thread needs for refits.
struct RefitLane {
  Historian historian;
  std::vector<float> history;  ///< Rows of stored values.
  std::vector<float> values;   ///< One series' history with the newest value.
  std::vector<Word> words;     ///< What people have said of it ...
  std::vector<float> told;     ///< ... and how far off that was.
};

/// One interval of a block's measure.
struct BlockInput {
  IntervalIndex interval = 0;
  std::span<const double> values;    ///< Of the block's series only; may grow from frame to frame.
  float threshold = 0;               ///< Severity from which a value is an anomaly.
  std::int64_t quiet_intervals = 0;  ///< Age from which one is listed.
  AbsenceRule on_absence = AbsenceRule::gap;
  SourceHealth source = SourceHealth::healthy;
  std::uint64_t idle_limit = 0;  ///< Intervals without a value after which a series is forgotten.
};

/// Where a block's results go.
struct BlockOutput {
  ScoredColumn& column;             ///< Of the whole detector.
  std::vector<Anomaly>& anomalies;  ///< Shared by the blocks of a lane.
};

/// The models of 64 neighbouring series of one measure, side by side: an array per part of the
/// model, and profiles in pools, because most series need only small ones or none.
///
/// Threads  none: a block is worked on by one thread at a time and shares nothing.
class SeriesBlock {
 public:
  static constexpr std::size_t most_series = 64;

  /// `cadence` must outlive the block.
  SeriesBlock(const Cadence& cadence, BlockPlace place);

  /// Scores an interval into the block's rows of the output, and learns from it.
  void score(const BlockInput& input, const BlockOutput& output);

  /// Refits the rows whose time has come with the interval that was scored last.
  ///
  /// Errors   what `history` reports; the block is then unchanged.
  Result<void> refit(const BlockInput& input, const History& history, RefitLane& lane);

  /// Notes what was said of one of the block's series before the next frame; a refit follows after
  /// `wait` intervals.
  void teach(const Lesson& lesson, const LessonTarget& target, std::size_t wait);

  /// Takes back what `lesson` names.
  void unteach(const Lesson& lesson);

  std::optional<IntervalIndex> interval() const { return interval_; }
  std::size_t born_series() const;

  /// What is known of the arrivals of a row; nothing of one that is new.
  const ArrivalModel& arrivals(std::size_t row) const;

  std::size_t state_bytes() const;

  /// What it has done since it was made or restored, in values scored; a refit counts as the scores
  /// that would cost as much.
  std::uint64_t work() const { return work_; }

  void forget(std::size_t row);

  std::string save() const;
  /// Errors   corrupt for bytes that do not decode or belong elsewhere.
  Result<RestoredBlock> restore(std::string_view bytes);

 private:
  /// How a row was seen in an interval.
  struct Sighting {
    double value = 0;
    bool is_scored = false;  ///< The model learnt from the value.
    bool is_judged = false;  ///< A severity is shown.
  };

  enum PoolIndex : std::uint8_t { daily_coarse, daily_fine, weekly_fine, weekly_days, pool_count };

  void grow(std::size_t row_count);
  SeriesModel model_at(std::size_t row);
  void attach_profiles(SeriesModel& model);
  void grant_wish(Lifetime& life, IntervalIndex interval) const;
  bool is_due(std::size_t row, const BlockInput& input) const;
  Result<void> read_history(const BlockInput& input, const History& history, RefitLane& lane,
                            HistoryRange& range);
  void score_row(std::size_t row, const BlockInput& input, Phase phase, const BlockOutput& output);
  PointScore score_value(SeriesModel& model, const Occasion& occasion, float value);
  void miss_row(std::size_t row, const BlockInput& input, Phase phase, const BlockOutput& output);
  void judge_absence(std::size_t row, const BlockInput& input, Phase phase,
                     const BlockOutput& output);
  void show(std::size_t row, const SeriesModel& model, const PointScore& score,
            const Sighting& sighting, const BlockInput& input, const BlockOutput& output);
  void show_nothing(std::size_t row, ScoredColumn& column) const;
  void refit_row(std::size_t row, const BlockInput& input, const HistoryRange& range,
                 RefitLane& lane);
  void install(SeriesModel& model, Study& study);
  void forget_old_feedback(IntervalIndex interval);
  float listened(const SeriesModel& model, const PointScore& score, std::size_t row, double value,
                 IntervalIndex interval) const;
  void schedule_refit(std::size_t row, IntervalIndex interval);
  Told listen(std::size_t row, IntervalIndex first, RefitLane& lane) const;
  std::uint8_t put_knots(PoolIndex pool, std::span<const float> knots);
  void release_profiles(Traits& traits);
  void release_slot(std::uint8_t pool, std::uint8_t slot);
  PoolIndex daily_pool_for(int knot_count) const;
  PoolIndex weekly_pool_for(int knot_count) const;

  bool restore_knots(StateReader& reader, Traits& traits);
  bool restore_feedback(StateReader& reader);
  void restore_patterns(StateReader& reader);

  template <class Archive>
  void describe_columns(Archive& archive);

  const Cadence* cadence_;
  BlockPlace place_;
  std::optional<IntervalIndex> interval_;
  std::uint64_t work_ = 0;

  std::vector<Lifetime> lives_;
  std::vector<ArrivalModel> arrivals_;
  std::vector<Traits> traits_;
  std::vector<ScaleProfile> noise_by_hour_;
  std::vector<Forecaster> forecasters_;
  std::vector<PointChannel> points_;
  std::vector<FastMeanChannel> fast_means_;
  std::vector<SpreadChannel> spreads_;
  std::vector<DriftChannel> drifts_;
  std::vector<RunLengthChannel> run_lengths_;
  std::vector<UnusualDayChannel> days_;
  std::vector<EventGate> gates_;
  std::vector<RegimeMemory> regimes_;
  std::vector<ClockChange> clocks_;
  std::vector<PatternChannel> patterns_;  // Empty unless they were asked for.
  std::array<KnotPool, pool_count> pools_;
  FeedbackMemory feedback_;
};

}  // namespace bellwether::detect
