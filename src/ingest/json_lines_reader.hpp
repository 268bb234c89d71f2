#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "json_row_parser.hpp"
#include "plain_reader.hpp"
#include "record_cutter.hpp"

namespace bellwether::ingest {

/// Reads one JSON object per line; lines of nothing but blanks are left out.
class JsonLinesReader final : public PlainReader {
 public:
  explicit JsonLinesReader(RowBuilder builder);

  Result<void> feed(std::string_view bytes, RowBatch& batch) override;
  Result<void> finish(RowBatch& batch) override;
  std::uint64_t consumed_bytes() const override { return cutter_.consumed(); }

  bool has_header() const override { return true; }
  std::uint64_t row() const override { return parser_.builder().row(); }
  void continue_at(std::uint64_t consumed_bytes, std::uint64_t row) override;
  void allow_until(std::optional<TimePoint> latest) override {
    parser_.builder().allow_until(latest);
  }
  void give_time(TimePoint time) override { parser_.builder().give_time(time); }

 private:
  void take(const Record& record);

  JsonRowParser parser_;
  RecordCutter cutter_;
  RecordCutter::OnRecord on_record_;
};

}  // namespace bellwether::ingest
