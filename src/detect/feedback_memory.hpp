#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bellwether::detect {

/// What a person has said of one series of a block.
struct FeedbackNote {
  std::uint8_t row = 0;
  bool is_anomaly = false;
  std::uint16_t wait = 0;      ///< Intervals between a change and the refit that learns of it.
  std::uint64_t feedback = 0;  ///< Names it, so that it can be taken back.
  std::int64_t from = 0;       ///< The first interval it counts in.
  std::int64_t until = 0;      ///< The first interval it no longer counts in.
  std::int64_t first = 0;      ///< First and last interval that were spoken of.
  std::int64_t last = 0;

  /// How far above and below their forecasts the values lay that were called normal, on the
  /// transformed scale; 0 where none did, or no refit has found out.
  std::array<float, 2> nearest{};
  std::array<float, 2> farthest{};

  /// Whether a value this far from its forecast is of the kind that was called normal.
  bool knows(float distance, float scale) const;

  template <class Archive>
  void describe(Archive& archive) {
    archive(row, is_anomaly, wait, feedback, from, until, first, last, nearest, farthest);
  }
};

/// From so many standard deviations on, a value that was called normal is known by its distance.
constexpr float told_by_distance = 3;

/// What people have said of a value of the past.
enum class Word : std::uint8_t { none, normal, anomaly };

/// What people have said of a piece of history; both empty, or one of each per value.
struct Told {
  std::span<const Word> words;
  std::span<float> distances;  ///< Found by a replay for `normal`; 0 for what is no deviation.
};

/// A value and its forecast, on the transformed scale.
struct Deviation {
  float distance = 0;
  float scale = 0;  ///< One standard deviation of the usual noise.
};

/// What people have said of the series of a block: most blocks hold nothing here.
///
/// A vote moves the evidence of all that its series does from then on, ever less as time goes by,
/// and marks the values that were spoken of for every refit.
///
/// Units    evidence is -log10 of a probability.
class FeedbackMemory {
 public:
  /// Of more votes on one series the oldest are forgotten.
  static constexpr std::size_t most_notes_of_a_series = 16;

  bool is_empty() const { return notes_.empty(); }
  std::span<const FeedbackNote> notes() const { return notes_; }

  /// The same feedback on the same series again replaces what was noted of it.
  void add(const FeedbackNote& note);

  /// Takes notes away; `lost` is told of each.
  template <class Wanted, class Lost>
  void remove(Wanted wanted, Lost lost) {
    std::erase_if(notes_, [&](const FeedbackNote& note) {
      if (!wanted(note)) return false;
      lost(note);
      return true;
    });
  }

  /// The evidence of a series' value once people were listened to. `half_life` is in intervals.
  float adjusted(float evidence, const Deviation& deviation, std::size_t row, std::int64_t interval,
                 double half_life) const;

  /// Notes what kind of deviation people called normal; `distances` are of the values from `first`
  /// on. What was said of other values is of no known kind any more.
  void learn_kinds(std::size_t row, std::int64_t first, std::span<const float> distances);

  /// What was said of a series' values from `first` on; the last word counts. False when it was
  /// nothing: `words` is then left as it is.
  bool words_on(std::size_t row, std::int64_t first, std::size_t count,
                std::vector<Word>& words) const;

  std::size_t bytes() const { return notes_.capacity() * sizeof(FeedbackNote); }

 private:
  std::span<const FeedbackNote> notes_on(std::size_t row) const;

  std::vector<FeedbackNote> notes_;  // By row, the oldest of each first.
};

}  // namespace bellwether::detect
