#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gzip_inflater.hpp"
#include "plain_reader.hpp"

namespace bellwether::ingest {

/// Unpacks what begins as gzip does and hands everything else on as it is.
class SniffingReader final : public RowReader {
 public:
  explicit SniffingReader(std::unique_ptr<PlainReader> reader) : reader_(std::move(reader)) {}

  Result<void> feed(std::string_view bytes, RowBatch& batch) override;
  Result<void> finish(RowBatch& batch) override;
  std::uint64_t consumed_bytes() const override { return reader_->consumed_bytes(); }

 private:
  Result<void> hand_on(std::string_view bytes, RowBatch& batch);

  std::unique_ptr<PlainReader> reader_;
  std::string beginning_;  ///< The first byte, until the second one has come.
  bool is_known_ = false;
  std::unique_ptr<GzipInflater> inflater_;
};

}  // namespace bellwether::ingest
