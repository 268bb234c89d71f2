#include "commit_target.hpp"

#include <chrono>
#include <utility>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/log.hpp"

namespace bellwether::pipeline {
namespace {

/// The store looks as often whether its disk takes what is written.
constexpr std::chrono::milliseconds retry_pause{1000};

}  // namespace

StoreTarget::StoreTarget(store::IntervalLog& intervals, std::stop_token stop)
    : intervals_(intervals), stop_(std::move(stop)) {}

Result<void> StoreTarget::commit(const store::IntervalCommit& interval) {
  bool is_retried = false;
  while (true) {
    auto committed = intervals_.commit(interval);
    // The attempt that was thought to have failed had come to the disk.
    if (is_retried && !committed && committed.error().code == ErrorCode::already_exists)
      return ok();
    if (!wait_after(committed)) return committed;
    is_retried = true;
  }
}

Result<void> StoreTarget::save_checkpoints(std::string_view detector,
                                           std::span<const store::BlockCheckpoint> checkpoints) {
  while (true) {
    auto saved = intervals_.save_checkpoints(detector, checkpoints);
    if (!wait_after(saved)) return saved;
  }
}

/// Whether to try once more.
bool StoreTarget::wait_after(const Result<void>& written) const {
  if (written || !is_retryable(written.error())) return false;
  log(LogLevel::debug, "pipeline", written.error().message);
  return sleep_for(stop_, retry_pause);
}

}  // namespace bellwether::pipeline
