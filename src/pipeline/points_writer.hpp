#pragma once

#include <ostream>
#include <string>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/scored_frame.hpp"

namespace bellwether::pipeline {

/// Writes every score as a line of CSV:
/// `timestamp,measure,<dimensions...>,value,expected,lower,upper, severity`, `*` for a rolled-up
/// dimension and empty fields where there is nothing yet. Numbers have the fewest digits that read
/// back the same.
class PointsWriter {
 public:
  PointsWriter(const DetectorSpec& spec, std::ostream& out);

  void write(const Frame& frame, const ScoredFrame& scored, const Dictionary& dictionary);

 private:
  const DetectorSpec& spec_;
  std::ostream& out_;
  std::string line_;
};

}  // namespace bellwether::pipeline
