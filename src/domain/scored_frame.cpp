#include "bellwether/domain/scored_frame.hpp"

namespace bellwether {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::unusual_value:
      return "unusual_value";
    case Reason::sustained_shift:
      return "sustained_shift";
    case Reason::drift:
      return "drift";
    case Reason::unusual_spread:
      return "unusual_spread";
    case Reason::frozen:
      return "frozen";
    case Reason::unusual_day:
      return "unusual_day";
    case Reason::stopped_reporting:
      return "stopped_reporting";
    case Reason::unusual_pattern:
      return "unusual_pattern";
  }
  return "none";
}

}  // namespace bellwether
