#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/ingest/source.hpp"

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {

inline constexpr std::string_view header = "time,shop,views\n";

inline std::string row(const std::string& time, const std::string& shop, int views) {
  return "2026-03-20 " + time + ":00," + shop + "," + std::to_string(views) + "\n";
}

/// A folder of files and what a source hands out of them.
class FileSourceTest : public ::testing::Test {
 protected:
  DetectorSpec detector(FileSourceSpec files) const {
    for (auto* pattern : {&files.path}) *pattern = pattern->empty() ? "" : folder.path(*pattern);
    for (auto& pattern : files.historical) pattern = folder.path(pattern);
    DetectorSpec spec = a_detector();
    spec.source = std::move(files);
    return spec;
  }

  static std::unique_ptr<Source> open(const DetectorSpec& spec, const SourcePosition& from = {},
                                      const Clock* clock = nullptr) {
    auto source = make_file_source(spec, from, clock);
    EXPECT_TRUE(source) << source.error().message;
    return source ? std::move(*source) : nullptr;
  }

  /// Everything up to the next state that is not `rows`, as "shop=views", with that state last.
  std::vector<std::string> drain(Source& source) {
    std::vector<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
      Intake intake;
      const RowBatch& batch = intake.batch;
      const auto state = source.next(intake, std::chrono::milliseconds(0));
      if (!state) {
        seen.push_back(state.error().message);
        return seen;
      }
      if (*state != Source::State::rows) {
        seen.push_back(*state == Source::State::idle    ? "idle"
                       : *state == Source::State::ended ? "ended"
                                                        : "historical done");
        return seen;
      }
      for (std::size_t r = 0; r < batch.row_count(); ++r)
        seen.push_back(batch.dimensions[0].values[batch.dimensions[0].codes[r]] + "=" +
                       std::to_string(static_cast<int>(batch.measures[0][r])) +
                       (batch.is_historical ? " old" : ""));
      for (const auto& sample : batch.rejected.samples)
        seen.push_back(sample.message.substr(sample.message.rfind('/') + 1));
      EXPECT_EQ(batch.stream, "files");
      EXPECT_EQ(batch.first_row, next_row);
      next_row = batch.end_row;
      batches.push_back(std::move(batch));
    }
    return seen;
  }

  TemporaryFolder folder;
  std::uint64_t next_row = 0;
  std::vector<RowBatch> batches;
};

}  // namespace bellwether::ingest
