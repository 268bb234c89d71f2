#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "bellwether/sinks/sink.hpp"

#include "recent_notes.hpp"

namespace bellwether::sinks {

/// Sends the requests that one notification needs, in order. One that is refused for good does not
/// keep the others from going; one that may yet be taken ends the attempt, and the next begins with
/// it, or after a restart with the first.
///
/// Threads  any.
class RequestSequence {
 public:
  using Attempt = std::function<SendOutcome(std::size_t place)>;

  SendOutcome send(const std::string& delivery_id, std::size_t count, const Attempt& attempt);

 private:
  struct Progress {
    std::size_t next = 0;
    std::optional<Error> refusal;  ///< The first of them.
  };

  static constexpr std::size_t max_progress_kept = 256;

  RecentNotes<Progress> progress_{max_progress_kept};
};

}  // namespace bellwether::sinks
