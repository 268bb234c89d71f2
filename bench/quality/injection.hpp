#pragma once

#include <string>
#include <vector>

#include "processes.hpp"

namespace bellwether::quality {

/// Something that is done to a series from `begin` to before `end`.
struct Injected {
  int begin = 0;
  int end = 0;
  bool is_detectable = false;  ///< Large enough, after all clipping, that it should be found.
};

/// A kind of event, with what the table calls it.
enum class EventKind {
  spike_8,
  spike_15,
  drop,
  shift_4,
  shift_8,
  slow_change,
  frozen,
  moved_profile,
  noise_4,
  burst_5,
};

std::string name_of(EventKind kind);
std::vector<EventKind> event_kinds();

/// Does it to `values` from `begin` on, in units of the process's sigma.
Injected inject(EventKind kind, const Process& process, int begin, int points_per_day, Dice& dice,
                Values& values);

}  // namespace bellwether::quality
