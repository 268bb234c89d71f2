#include <algorithm>
#include <cstring>
#include <limits>

#include "bellwether/base/ids.hpp"

#include "series_block.hpp"
#include "state_codec.hpp"

namespace bellwether::detect {
namespace {

// docs/formats/checkpoint.md is about this version.
constexpr std::uint8_t format_version = 6;
constexpr std::uint8_t version_with_slow_sum = 5;  // Otherwise the same.

constexpr std::size_t sum_bytes = sizeof(std::uint64_t);

/// Taken of a gigabyte and more at a restart, so it goes by eight bytes at a time.
std::uint64_t check_sum(std::string_view bytes) {
  std::uint64_t sum = 0x9e3779b97f4a7c15U ^ bytes.size();
  const auto mix = [&sum](std::uint64_t word) {
    sum = (sum ^ word) * 0xff51afd7ed558ccdU;
    sum ^= sum >> 32U;
  };
  for (; bytes.size() >= sizeof sum; bytes.remove_prefix(sizeof sum)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    mix(word);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, bytes.data(), bytes.size());
  mix(rest);
  return sum;
}

template <class Archive, class Column>
void describe_each(Archive& archive, Column& column) {
  for (auto& part : column) part.describe(archive);
}

bool restore_slot(StateReader& reader, std::size_t count, KnotPool& pool, std::uint8_t slot) {
  ByteReader& input = reader.bytes();
  std::array<std::int16_t, most_daily_knots> scratch;
  if (count != pool.knot_count()) return false;
  const auto step = input.get<float>();
  const auto knots = std::span(scratch).first(count);
  input.get_all(knots);
  pool.set_raw(slot, knots, step);
  if (pool.has_edges()) pool.edges(slot).describe(reader);
  return step > 0;
}

}  // namespace

template <class Archive>
void SeriesBlock::describe_columns(Archive& archive) {
  describe_each(archive, lives_);
  describe_each(archive, arrivals_);
  for (Traits& traits : traits_) {
    traits.transform.describe(archive);
    traits.counts.describe(archive);
    archive(traits.cycles, traits.weekly_is_echo);
  }
  describe_each(archive, noise_by_hour_);
  describe_each(archive, forecasters_);
  describe_each(archive, points_);
  describe_each(archive, fast_means_);
  describe_each(archive, spreads_);
  describe_each(archive, drifts_);
  describe_each(archive, run_lengths_);
  describe_each(archive, days_);
  describe_each(archive, gates_);
  describe_each(archive, regimes_);
  describe_each(archive, clocks_);
}

std::string SeriesBlock::save() const {
  StateWriter writer;
  ByteWriter& bytes = writer.bytes();
  bytes.put(format_version);
  bytes.put(static_cast<std::uint64_t>(place_.measure));
  bytes.put(static_cast<std::uint64_t>(place_.first_series));
  bytes.put(static_cast<std::uint32_t>(cadence_->points_per_day));
  bytes.put(static_cast<std::uint32_t>(cadence_->points_per_week));
  bytes.put(interval_.value_or(std::numeric_limits<IntervalIndex>::min()));
  bytes.put(static_cast<std::uint16_t>(lives_.size()));

  // Describing takes the fields as they are found; a copy keeps `save` const.
  SeriesBlock copy(*this);
  copy.describe_columns(writer);
  for (const Traits& traits : traits_) {
    for (const auto& [slot, pool] : {std::pair{traits.daily_slot, traits.daily_pool},
                                     std::pair{traits.weekly_slot, traits.weekly_pool}}) {
      if (slot == Traits::no_slot) {
        bytes.put(std::uint16_t{0});
        continue;
      }
      bytes.put(static_cast<std::uint16_t>(pools_[pool].knot_count()));
      bytes.put(pools_[pool].step(slot));
      bytes.put_all(pools_[pool].raw(slot));
      if (pools_[pool].has_edges()) copy.pools_[pool].edges(slot).describe(writer);
    }
  }
  bytes.put(static_cast<std::uint16_t>(feedback_.notes().size()));
  for (FeedbackNote note : feedback_.notes()) note.describe(writer);
  describe_each(writer, copy.patterns_);
  bytes.put(check_sum(bytes.bytes()));
  return bytes.take();
}

Result<RestoredBlock> SeriesBlock::restore(std::string_view bytes) {
  if (bytes.size() < sum_bytes) return corrupt("the checkpoint is cut short");
  const std::string_view body = bytes.substr(0, bytes.size() - sum_bytes);
  StateReader reader(body);
  ByteReader& input = reader.bytes();
  const auto version = input.get<std::uint8_t>();
  const auto sum = ByteReader(bytes.substr(body.size())).get<std::uint64_t>();
  if (sum != (version < format_version ? stable_hash(body) : check_sum(body))) {
    return corrupt("the checkpoint's check sum is wrong");
  }
  if (version != format_version && version != version_with_slow_sum)
    return RestoredBlock::other_version;
  SeriesBlock block(*cadence_, place_);
  const auto measure = input.get<std::uint64_t>();
  const auto first_series = input.get<std::uint64_t>();
  const auto points_per_day = input.get<std::uint32_t>();
  const auto points_per_week = input.get<std::uint32_t>();
  if (measure != place_.measure || first_series != place_.first_series) {
    return corrupt("the checkpoint is of another block");
  }
  if (points_per_day != static_cast<std::uint32_t>(cadence_->points_per_day) ||
      points_per_week != static_cast<std::uint32_t>(cadence_->points_per_week)) {
    return corrupt("the checkpoint was made for another interval length");
  }
  const auto interval = input.get<IntervalIndex>();
  if (interval != std::numeric_limits<IntervalIndex>::min()) block.interval_ = interval;
  const auto rows = input.get<std::uint16_t>();
  if (rows > most_series) return corrupt("the checkpoint has too many series");
  block.grow(rows);
  block.describe_columns(reader);
  for (Traits& traits : block.traits_) {
    if (!block.restore_knots(reader, traits)) return corrupt("the checkpoint has odd profiles");
  }
  if (!block.restore_feedback(reader)) return corrupt("the checkpoint has odd feedback");
  block.restore_patterns(reader);
  if (!input.is_complete()) return corrupt("the checkpoint has the wrong length");
  *this = std::move(block);
  return RestoredBlock::whole;
}

bool SeriesBlock::restore_feedback(StateReader& reader) {
  ByteReader& input = reader.bytes();
  for (auto left = input.get<std::uint16_t>(); left > 0 && !input.failed(); --left) {
    FeedbackNote note;
    note.describe(reader);
    if (note.row >= lives_.size()) return false;
    feedback_.add(note);
  }
  return true;
}

// Switched on since it was saved, the channel begins to learn; switched off, its state goes.
void SeriesBlock::restore_patterns(StateReader& reader) {
  if (reader.bytes().left() == 0) return;
  for (std::size_t row = 0; row < lives_.size(); ++row) {
    PatternChannel pattern;
    pattern.describe(reader);
    if (place_.has_patterns) patterns_[row] = pattern;
  }
}

bool SeriesBlock::restore_knots(StateReader& reader, Traits& traits) {
  ByteReader& input = reader.bytes();
  if (const auto count = input.get<std::uint16_t>(); count > 0) {
    traits.daily_pool = daily_pool_for(count);
    traits.daily_slot = pools_[traits.daily_pool].add();
    if (!restore_slot(reader, count, pools_[traits.daily_pool], traits.daily_slot)) return false;
  }
  if (const auto count = input.get<std::uint16_t>(); count > 0) {
    traits.weekly_pool = weekly_pool_for(count);
    traits.weekly_slot = pools_[traits.weekly_pool].add();
    if (!restore_slot(reader, count, pools_[traits.weekly_pool], traits.weekly_slot)) return false;
  }
  return true;
}

}  // namespace bellwether::detect
