#include "bellwether/detect/engine.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "series_block.hpp"
#include "source_judge.hpp"

namespace bellwether::detect {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t rows_per_block = SeriesBlock::most_series;
constexpr std::size_t most_taught_refits = 256;  // Of one lesson in one frame.

void resize_column(ScoredColumn& column, std::size_t series_count) {
  column.expected.resize(series_count, missing);
  column.lower.resize(series_count, missing);
  column.upper.resize(series_count, missing);
  column.severity.resize(series_count, missing);
  column.scale.resize(series_count, missing);
}

}  // namespace

Problems validate(const EngineSettings& settings) {
  Problems problems;
  if (settings.interval.count() <= 0) {
    problems.push_back({"interval", "must be longer than zero"});
  }
  if (settings.measure_count == 0) {
    problems.push_back({"measures", "must name at least one measure"});
  }
  if (!(settings.threshold >= 0 && settings.threshold <= 100)) {
    problems.push_back({"threshold", "must be a severity from 0 to 100"});
  }
  return problems;
}

class Engine::Body {
 public:
  Body(EngineSettings settings, WorkerPool& pool)
      : settings_(std::move(settings)),
        cadence_(settings_.interval, settings_.utc_offset),
        pool_(pool),
        lanes_(pool.thread_count()) {
    settings_.aggregates.resize(settings_.measure_count, Aggregate::avg);
    for (const Aggregate aggregate : settings_.aggregates) {
      absence_rules_.push_back(absence_rule(settings_.on_missing, aggregate));
    }
  }

  SourceHealth judge_source(const Frame& frame, const Dictionary& dictionary) const {
    return detect::judge_source(blocks_, frame, dictionary);
  }

  Result<const ScoredFrame*> score(const Frame& frame) {
    if (auto checked = check(frame); !checked) return checked.error();
    if (last_scored_ && frame.interval <= *last_scored_) {
      return invalid_input("interval " + std::to_string(frame.interval) +
                           " was scored already; the last was " + std::to_string(*last_scored_));
    }
    score_blocks(frame);
    collect_anomalies();
    return &scored_;
  }

  Result<void> refit(const Frame& frame, const History& history) {
    if (auto checked = check(frame); !checked) return checked.error();
    for (Lane& lane : lanes_) lane.error.reset();
    const auto refit_block = [&](std::size_t number, std::size_t lane_index) {
      SeriesBlock& block = blocks_[number];
      if (block.interval() != frame.interval) return;
      Lane& lane = lanes_[lane_index];
      auto refitted = block.refit(input_of(number, frame), history, lane.refit);
      if (!refitted && (!lane.error || number < lane.failed_block)) {
        lane.error = refitted.error();
        lane.failed_block = number;
      }
    };
    // By reference, so that handing it over allocates nothing.
    pool_.for_each_index(blocks_.size(), std::ref(refit_block));
    return first_error();
  }

  Result<void> replay(const Frame& frame) {
    if (auto checked = check(frame); !checked) return checked.error();
    score_blocks(frame);
    return ok();
  }

  void teach(const Lesson& lesson) {
    if (lesson.teaching == Teaching::undone) {
      for (SeriesBlock& block : blocks_) {
        if (block.interval() < lesson.from) block.unteach(lesson);
      }
      return;
    }
    for (std::size_t i = 0; i < lesson.targets.size(); ++i) {
      const LessonTarget& target = lesson.targets[i];
      const std::size_t number =
          target.series / rows_per_block * settings_.measure_count + target.measure;
      if (number >= blocks_.size() || blocks_[number].interval() >= lesson.from) continue;
      blocks_[number].teach(lesson, target, i / most_taught_refits);
    }
  }

  std::size_t block_count() const { return blocks_.size(); }
  std::size_t block_count_of(std::size_t series_count) const {
    return (series_count + rows_per_block - 1) / rows_per_block * settings_.measure_count;
  }
  const SeriesBlock& block(std::size_t number) const { return blocks_[number]; }

  // Blocks are numbered measure by measure within 64 series, so that new series only add blocks.
  void make_blocks(std::size_t block_count) {
    while (blocks_.size() < block_count) {
      const std::size_t number = blocks_.size();
      blocks_.emplace_back(cadence_, BlockPlace{.number = number,
                                                .measure = measure_of(number),
                                                .first_series = first_series_of(number),
                                                .has_patterns = settings_.patterns});
    }
  }

  Result<RestoredBlock> restore_block(std::size_t number, std::string_view bytes) {
    make_blocks(number + 1);
    auto restored = blocks_[number].restore(bytes);
    if (!restored) {
      return while_doing("restoring block " + std::to_string(number), restored.error());
    }
    if (const auto interval = blocks_[number].interval()) {
      const std::lock_guard lock(restore_mutex_);
      last_scored_ = std::max(last_scored_.value_or(*interval), *interval);
    }
    return *restored;
  }

  void forget(std::size_t series) {
    const std::size_t first = series / rows_per_block * settings_.measure_count;
    for (std::size_t measure = 0; measure < settings_.measure_count; ++measure) {
      if (first + measure < blocks_.size()) {
        blocks_[first + measure].forget(series % rows_per_block);
      }
    }
  }

  EngineSize size() const {
    EngineSize size;
    for (const SeriesBlock& block : blocks_) {
      size.series += block.born_series();
      size.state_bytes += block.state_bytes();
    }
    return size;
  }

 private:
  Result<void> check(const Frame& frame) const {
    if (frame.measures.size() != settings_.measure_count) {
      return invalid_input("a frame of " + std::to_string(frame.measures.size()) +
                           " measures for a detector of " +
                           std::to_string(settings_.measure_count));
    }
    for (const MeasureColumn& column : frame.measures) {
      if (column.values.size() != frame.series_count) {
        return invalid_input("a measure of " + std::to_string(column.values.size()) +
                             " values in a frame of " + std::to_string(frame.series_count) +
                             " series");
      }
    }
    return ok();
  }

  // A block that stands at the frame already has learnt from it before a restart.
  void score_blocks(const Frame& frame) {
    scored_.interval = frame.interval;
    scored_.start = frame.start;
    scored_.measures.resize(settings_.measure_count);
    for (ScoredColumn& column : scored_.measures) resize_column(column, frame.series_count);
    make_blocks(block_count_of(frame.series_count));
    for (Lane& lane : lanes_) lane.anomalies.clear();
    const auto score_block = [&](std::size_t number, std::size_t lane) {
      SeriesBlock& block = blocks_[number];
      if (first_series_of(number) >= frame.series_count || block.interval() >= frame.interval)
        return;
      block.score(input_of(number, frame),
                  {scored_.measures[measure_of(number)], lanes_[lane].anomalies});
    };
    // By reference, so that handing it over allocates nothing.
    pool_.for_each_index(blocks_.size(), std::ref(score_block));
    last_scored_ = std::max(last_scored_.value_or(frame.interval), frame.interval);
  }

  std::size_t measure_of(std::size_t block) const { return block % settings_.measure_count; }
  std::size_t first_series_of(std::size_t block) const {
    return block / settings_.measure_count * rows_per_block;
  }

  BlockInput input_of(std::size_t block, const Frame& frame) const {
    const std::size_t first = first_series_of(block);
    const std::size_t measure = measure_of(block);
    return {.interval = frame.interval,
            .values = std::span(frame.measures[measure].values)
                          .subspan(first, std::min(rows_per_block, frame.series_count - first)),
            .threshold = static_cast<float>(settings_.threshold),
            .quiet_intervals = settings_.quiet_intervals,
            .on_absence = absence_rules_[measure],
            .source = frame.source,
            .idle_limit = settings_.idle_limit};
  }

  Result<void> first_error() const {
    const Lane* first = nullptr;
    for (const Lane& lane : lanes_) {
      if (lane.error && (!first || lane.failed_block < first->failed_block)) first = &lane;
    }
    if (!first) return ok();
    return while_doing("reading history for block " + std::to_string(first->failed_block),
                       *first->error);
  }

  void collect_anomalies() {
    scored_.anomalies.clear();
    for (Lane& lane : lanes_) {
      scored_.anomalies.insert(scored_.anomalies.end(), lane.anomalies.begin(),
                               lane.anomalies.end());
    }
    std::sort(scored_.anomalies.begin(), scored_.anomalies.end(),
              [](const Anomaly& a, const Anomaly& b) {
                return std::pair(a.measure, a.series) < std::pair(b.measure, b.series);
              });
  }

  struct Lane {
    RefitLane refit;
    std::vector<Anomaly> anomalies;  // Of the blocks it scored, in any order.
    std::optional<Error> error;
    std::size_t failed_block = 0;
  };

  EngineSettings settings_;
  Cadence cadence_;
  std::vector<AbsenceRule> absence_rules_;  // By measure.
  WorkerPool& pool_;
  std::vector<Lane> lanes_;
  std::vector<SeriesBlock> blocks_;
  ScoredFrame scored_;
  std::mutex restore_mutex_;  // Guards `last_scored_` while blocks are restored side by side.
  std::optional<IntervalIndex> last_scored_;
};

Engine::Engine(EngineSettings settings, WorkerPool& pool)
    : body_(std::make_unique<Body>(std::move(settings), pool)) {}

Engine::~Engine() = default;

SourceHealth Engine::judge_source(const Frame& frame, const Dictionary& dictionary) const {
  return body_->judge_source(frame, dictionary);
}

Result<const ScoredFrame*> Engine::score(const Frame& frame) { return body_->score(frame); }

Result<void> Engine::refit(const Frame& frame, const History& history) {
  return body_->refit(frame, history);
}

Result<const ScoredFrame*> Engine::score_and_refit(const Frame& frame, const History& history) {
  auto scored = score(frame);
  if (!scored) return scored;
  if (auto refitted = refit(frame, history); !refitted) return refitted.error();
  return scored;
}

Result<void> Engine::replay(const Frame& frame) { return body_->replay(frame); }

void Engine::teach(const Lesson& lesson) { body_->teach(lesson); }

std::size_t Engine::block_count() const { return body_->block_count(); }

std::optional<std::int64_t> Engine::block_interval(std::size_t block) const {
  return body_->block(block).interval();
}

std::size_t Engine::block_count_of(std::size_t series_count) const {
  return body_->block_count_of(series_count);
}

std::uint64_t Engine::block_work(std::size_t block) const { return body_->block(block).work(); }

void Engine::make_blocks(std::size_t block_count) { body_->make_blocks(block_count); }

std::string Engine::save_block(std::size_t block) const { return body_->block(block).save(); }

Result<RestoredBlock> Engine::restore_block(std::size_t block, std::string_view bytes) {
  return body_->restore_block(block, bytes);
}

void Engine::forget(std::size_t series) { body_->forget(series); }

EngineSize Engine::size() const { return body_->size(); }

}  // namespace bellwether::detect
