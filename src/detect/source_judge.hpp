#pragma once

#include <cstddef>
#include <span>

#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"

#include "series_block.hpp"

namespace bellwether::detect {

/// Whether most of the series that should have reported in `frame` did not: then something is wrong
/// with the source, and the frame says nothing of the series. `blocks` are as of the frame before,
/// numbered measure by measure within 64 series.
///
/// Leaves are counted, for an outage would be counted many times over their roll-ups. A leaf is
/// there when it has a value of any measure, and should be when it nearly always was.
///
/// Cost     O(series); little more than a look at each value while nothing is missing.
SourceHealth judge_source(std::span<const SeriesBlock> blocks, const Frame& frame,
                          const Dictionary& dictionary);

}  // namespace bellwether::detect
