#pragma once

#include "bellwether/domain/detector_spec.hpp"

namespace bellwether {

/// Takes `value` into a running aggregate that may still be empty (NaN). `avg` sums up: the number
/// of rows behind it is kept beside it.
inline void combine(Aggregate aggregate, double& into, double value) {
  // Written so that an empty aggregate, being NaN, fails every comparison and takes the value.
  switch (aggregate) {
    case Aggregate::sum:
    case Aggregate::avg:
    case Aggregate::count:
      into = into == into ? into + value : value;
      break;
    case Aggregate::min:
      into = into <= value ? into : value;
      break;
    case Aggregate::max:
      into = into >= value ? into : value;
      break;
  }
}

}  // namespace bellwether
