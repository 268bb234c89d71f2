#pragma once

#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/lab/evaluation.hpp"

namespace bellwether::pipeline {

/// Notes every labelled leaf of a CSV that holds the rows' timestamp and dimensions and, per
/// measure, a column `<measure>_label` of 0 or 1. A leaf is labelled in an interval when one of its
/// rows is.
///
/// Errors   invalid_input: the file cannot be read, or a row of it is not understood.
Result<void> read_labels(const std::string& path, const DetectorSpec& spec,
                         const IntervalGrid& grid, lab::Evaluation& evaluation);

}  // namespace bellwether::pipeline
