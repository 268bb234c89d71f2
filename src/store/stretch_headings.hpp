#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

#include "frame_codec.hpp"

namespace bellwether::store {

struct HeadedInterval {
  IntervalIndex interval = 0;
  FrameHeading heading;

  bool operator==(const HeadedInterval&) const = default;
};

/// The headings of a stretch's frames in one record, ascending (docs/formats/chunks.md).
std::string encode_stretch_headings(IntervalIndex stretch,
                                    std::span<const HeadedInterval> headings);

/// Errors   corrupt: another version, does not decode, or intervals of another stretch.
Result<std::vector<HeadedInterval>> decode_stretch_headings(IntervalIndex stretch,
                                                            std::string_view record);

/// After how many intervals values are likely to repeat: those of a day, or the seven of a week
/// where an interval is a day; 0 when the headings do not tell.
std::size_t season_of(std::span<const HeadedInterval> headings);

}  // namespace bellwether::store
