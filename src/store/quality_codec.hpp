#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/quality.hpp"

namespace bellwether::store {

/// One interval's quality counters; the interval itself stands in the key.
std::string encode_quality(const IntervalQuality& quality);
Result<IntervalQuality> decode_quality(IntervalIndex interval, std::string_view record);

}  // namespace bellwether::store
