#include "fair_samples.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

namespace bellwether::ingest {
namespace {

using Tally = std::array<std::size_t, row_fault_count>;

Tally tally_of(const RejectedRows& rejected) {
  Tally tally{};
  for (const RejectedSample& sample : rejected.samples)
    ++tally[static_cast<std::size_t>(sample.fault)];
  return tally;
}

/// The newest sample of the reason that has most goes.
void make_room(RejectedRows& rejected) {
  const Tally tally = tally_of(rejected);
  const auto most =
      static_cast<RowFault>(std::ranges::max_element(tally) - std::ranges::begin(tally));
  const auto newest =
      std::ranges::find(rejected.samples | std::views::reverse, most, &RejectedSample::fault);
  rejected.samples.erase(std::next(newest).base());
}

void keep(RejectedRows& rejected, RejectedSample sample) {
  if (!wants_sample(rejected, sample.fault)) return;
  if (rejected.samples.size() == RejectedRows::max_samples) make_room(rejected);
  rejected.samples.push_back(std::move(sample));
}

}  // namespace

bool wants_sample(const RejectedRows& rejected, RowFault fault) {
  if (rejected.samples.size() < RejectedRows::max_samples) return true;
  const Tally tally = tally_of(rejected);
  return *std::ranges::max_element(tally) > tally[static_cast<std::size_t>(fault)] + 1;
}

void add_fairly(RejectedRows& rejected, RowFault fault, std::uint64_t row, std::string message) {
  ++rejected.counts[static_cast<std::size_t>(fault)];
  keep(rejected, {fault, row, std::move(message)});
}

void add_fairly(RejectedRows& rejected, const RejectedRows& more) {
  for (std::size_t i = 0; i < row_fault_count; ++i) rejected.counts[i] += more.counts[i];
  for (const RejectedSample& sample : more.samples) keep(rejected, sample);
}

}  // namespace bellwether::ingest
