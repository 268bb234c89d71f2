#include "bellwether/domain/amendment.hpp"

#include <cmath>
#include <limits>

#include "bellwether/domain/combine.hpp"

namespace bellwether {

void add_late(Aggregate aggregate, LateValue& into, const LateValue& more) {
  combine(aggregate, into.value, more.value);
  into.row_count += more.row_count;
}

double with_late(Aggregate aggregate, double value, double row_count, const LateValue& late) {
  double all = aggregate == Aggregate::avg ? value * row_count : value;
  combine(aggregate, all, late.value);
  if (aggregate == Aggregate::avg) all /= row_count + late.row_count;
  return std::isfinite(all) ? all : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace bellwether
