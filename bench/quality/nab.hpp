#pragma once

#include <string>
#include <vector>

#include "bellwether/base/time.hpp"

#include "processes.hpp"

namespace bellwether::quality {

/// A labelled stretch of points, both ends included.
struct Window {
  int begin = 0;
  int end = 0;
};

/// One file of the Numenta Anomaly Benchmark.
struct NabFile {
  std::string name;  ///< "realKnownCause/nyc_taxi.csv"
  std::chrono::seconds interval{};
  Values values;  ///< On the grid of the median step; NaN where there was no row.
  std::vector<Window> windows;
  int probation = 0;  ///< Points at the begin that do not count.
};

/// The files of the folders under `root` that the development set is made of.
std::vector<NabFile> read_nab(const std::string& root, const std::vector<std::string>& folders);

/// One point that was called anomalous.
struct Detection {
  int point = 0;
  double score = 0;  ///< Above 0.
};

/// The benchmark's score, standard profile, at the threshold that gives most: 100 for all windows
/// found at once and nothing else, 0 for saying nothing.
///
/// Source   Lavin & Ahmad, "Evaluating real-time anomaly detection algorithms: the Numenta Anomaly
///          Benchmark", ICMLA 2015.
double nab_score(const std::vector<NabFile>& files,
                 const std::vector<std::vector<Detection>>& detections);

}  // namespace bellwether::quality
