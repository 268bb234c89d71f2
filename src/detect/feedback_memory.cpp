#include "feedback_memory.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "bellwether/domain/feedback.hpp"

namespace bellwether::detect {
namespace {

constexpr float lowest_offset = -2;
constexpr float highest_offset = 1.2F;
constexpr float full_from = 2;          // Severity 30: quieter values are left quiet.
constexpr float known_evidence = 3.5F;  // Of what is of a known kind: no news, as a known level.

std::size_t side_of(float distance) { return distance < 0 ? 1 : 0; }

}  // namespace

bool FeedbackNote::knows(float distance, float scale) const {
  const std::size_t side = side_of(distance);
  const float least = nearest[side];
  const float most = farthest[side];
  const float size = std::fabs(distance);
  return most > 0 && size >= least - std::max(0.3F * least, told_by_distance * scale) &&
         size <= most + std::max(0.4F * most, told_by_distance * scale);
}

std::span<const FeedbackNote> FeedbackMemory::notes_on(std::size_t row) const {
  return std::ranges::equal_range(notes_, row, {}, &FeedbackNote::row);
}

void FeedbackMemory::add(const FeedbackNote& note) {
  std::erase_if(notes_, [&](const FeedbackNote& other) {
    return other.row == note.row && other.feedback == note.feedback;
  });
  const auto [oldest, end] = std::ranges::equal_range(notes_, note.row, {}, &FeedbackNote::row);
  if (static_cast<std::size_t>(end - oldest) < most_notes_of_a_series) {
    notes_.insert(end, note);
  } else {
    std::shift_left(oldest, end, 1);
    *std::prev(end) = note;
  }
}

float FeedbackMemory::adjusted(float evidence, const Deviation& deviation, std::size_t row,
                               std::int64_t interval, double half_life) const {
  double sum = 0;
  for (const FeedbackNote& note : notes_on(row)) {
    if (note.knows(deviation.distance, deviation.scale))
      evidence = std::min(evidence, known_evidence);
    const auto age = static_cast<double>(interval - note.from);
    sum += evidence_offset(note.is_anomaly) * std::exp2(-age / half_life);
  }
  if (sum == 0) return evidence;
  const float offset = std::clamp(static_cast<float>(sum), lowest_offset, highest_offset);
  return evidence + offset * std::clamp(evidence / full_from, 0.0F, 1.0F);
}

void FeedbackMemory::learn_kinds(std::size_t row, std::int64_t first,
                                 std::span<const float> distances) {
  const std::int64_t end = first + static_cast<std::int64_t>(distances.size());
  for (FeedbackNote& note : notes_) {
    if (note.row != row) continue;
    note.nearest = note.farthest = {};
    for (std::int64_t i = std::max(first, note.first); i <= note.last && i < end; ++i) {
      const float distance = distances[static_cast<std::size_t>(i - first)];
      if (distance == 0) continue;
      const std::size_t side = side_of(distance);
      const float size = std::fabs(distance);
      note.nearest[side] = note.farthest[side] > 0 ? std::min(note.nearest[side], size) : size;
      note.farthest[side] = std::max(note.farthest[side], size);
    }
  }
}

bool FeedbackMemory::words_on(std::size_t row, std::int64_t first, std::size_t count,
                              std::vector<Word>& words) const {
  const std::int64_t end = first + static_cast<std::int64_t>(count);
  bool are_any = false;
  for (const FeedbackNote& note : notes_on(row)) {
    if (note.last < first || note.first >= end) continue;
    if (!are_any) words.assign(count, Word::none);
    are_any = true;
    const std::int64_t from = std::max(first, note.first);
    const std::int64_t to = std::min(end - 1, note.last) + 1;
    std::fill_n(words.begin() + static_cast<std::ptrdiff_t>(from - first), to - from,
                note.is_anomaly ? Word::anomaly : Word::normal);
  }
  return are_any;
}

}  // namespace bellwether::detect
