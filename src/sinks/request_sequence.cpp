#include "request_sequence.hpp"

#include <utility>

namespace bellwether::sinks {

SendOutcome RequestSequence::send(const std::string& delivery_id, std::size_t count,
                                  const Attempt& attempt) {
  if (count == 1) return attempt(0);
  Progress progress = progress_.find(delivery_id).value_or(Progress{});
  for (; progress.next < count; ++progress.next) {
    const SendOutcome outcome = attempt(progress.next);
    if (outcome.result) continue;
    const Error error =
        while_doing("request " + std::to_string(progress.next + 1) + " of " + std::to_string(count),
                    outcome.result.error());
    if (is_retryable(error)) {
      progress_.put(delivery_id, std::move(progress));
      return {error, outcome.retry_after};
    }
    if (!progress.refusal) progress.refusal = error;
  }
  progress_.forget(delivery_id);
  if (progress.refusal) return {*progress.refusal, std::nullopt};
  return {ok(), std::nullopt};
}

}  // namespace bellwether::sinks
