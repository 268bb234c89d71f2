#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_format.hpp"
#include "bellwether/ingest/row_reader.hpp"

#include "s3_part_fetcher.hpp"

namespace bellwether::ingest {

/// The rows of a list of objects, in order.
///
/// Errors   those of S3Client, after which reading may be tried again and goes on where it was.
///          `is_damaged` tells of what no further try will mend: bytes that are no rows.
class S3Rows {
 public:
  /// `client` outlives it.
  S3Rows(const net::S3Client& client, std::string bucket, std::vector<net::S3Object> objects,
         RowSchema schema, RowFormat format, S3FetchLimits limits, const std::stop_token& stop);

  /// Reads a piece into `batch`, which may stay empty, and tells of which object it was; nothing
  /// after the last one.
  Result<std::optional<std::size_t>> read(RowBatch& batch);

  const std::vector<net::S3Object>& objects() const { return objects_; }
  bool is_damaged() const { return is_damaged_; }

  /// The object that something is still to be read of.
  std::optional<std::size_t> object_at_hand() const {
    return part_ ? std::optional(part_->object) : std::nullopt;
  }

 private:
  Result<void> feed(RowBatch& batch);
  Result<void> finish_object(RowBatch& batch);
  Result<void> noted(Result<void> result);

  const std::string bucket_;
  const std::vector<net::S3Object> objects_;
  const RowSchema schema_;
  const RowFormat format_;
  S3PartFetcher fetcher_;
  std::optional<S3PartFetcher::Part> part_;
  std::size_t part_place_ = 0;         ///< Bytes of the part that were fed.
  std::size_t slice_bytes_ = 0;        ///< Fed at once.
  std::unique_ptr<RowReader> reader_;  ///< Of the object at hand, once something of it was read.
  bool is_damaged_ = false;
};

}  // namespace bellwether::ingest
