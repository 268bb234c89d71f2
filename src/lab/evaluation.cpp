#include "bellwether/lab/evaluation.hpp"

#include <utility>
#include <vector>

namespace bellwether::lab {
namespace {

double share(std::uint64_t part, std::uint64_t rest) {
  return part + rest == 0 ? 1 : static_cast<double>(part) / static_cast<double>(part + rest);
}

/// Some intervals of one series without a gap.
struct Run {
  TimePoint first{};
  TimePoint last{};
};

/// The runs among the times for which `is_member` holds, from `from` on.
template <class Marks, class Member>
std::vector<Run> runs_of(const Marks& marks, TimePoint from, Duration step, Member is_member) {
  std::vector<Run> runs;
  for (auto at = marks.lower_bound(from); at != marks.end(); ++at) {
    if (!is_member(at->second)) continue;
    if (!runs.empty() && runs.back().last + step == at->first)
      runs.back().last = at->first;
    else
      runs.push_back({at->first, at->first});
  }
  return runs;
}

/// Whether one of the marks from `first` to `last` is a member.
template <class Marks, class Member>
bool any_between(const Marks& marks, TimePoint first, TimePoint last, Member is_member) {
  for (auto at = marks.lower_bound(first); at != marks.end() && at->first <= last; ++at)
    if (is_member(at->second)) return true;
  return false;
}

}  // namespace

double Agreement::precision() const { return share(true_positives, false_positives); }

double Agreement::recall() const { return share(true_positives, false_negatives); }

double Agreement::f1() const {
  const double sum = precision() + recall();
  return sum > 0 ? 2 * precision() * recall() / sum : 0;
}

Evaluation::Evaluation(Duration step) : step_(step) {}

void Evaluation::label(const SeriesKey& series, TimePoint start) {
  marks_[series][start].is_labelled = true;
}

void Evaluation::flag(const SeriesKey& series, TimePoint start) {
  marks_[series][start].is_flagged = true;
}

Agreement Evaluation::point_wise(TimePoint from) const {
  Agreement agreement;
  for (const auto& [series, marks] : marks_) {
    for (auto at = marks.lower_bound(from); at != marks.end(); ++at) {
      const auto& [is_labelled, is_flagged] = at->second;
      if (is_labelled && is_flagged) ++agreement.true_positives;
      if (is_labelled && !is_flagged) ++agreement.false_negatives;
      if (!is_labelled && is_flagged) ++agreement.false_positives;
    }
  }
  return agreement;
}

Agreement Evaluation::event_wise(TimePoint from) const {
  const auto is_labelled = [](const Marks& marks) { return marks.is_labelled; };
  const auto is_flagged = [](const Marks& marks) { return marks.is_flagged; };
  Agreement agreement;
  for (const auto& [series, marks] : marks_) {
    for (const Run& event : runs_of(marks, from, step_, is_labelled)) {
      const bool is_found = any_between(marks, event.first, event.last, is_flagged);
      ++(is_found ? agreement.true_positives : agreement.false_negatives);
    }
    // Also an event that ended just before `from` excuses what was flagged beside it.
    for (const Run& alarm : runs_of(marks, from, step_, is_flagged))
      if (!any_between(marks, alarm.first - step_, alarm.last + step_, is_labelled))
        ++agreement.false_positives;
  }
  return agreement;
}

}  // namespace bellwether::lab
