#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_format.hpp"
#include "bellwether/ingest/row_reader.hpp"

#include "s3_part_fetcher.hpp"

namespace bellwether::ingest {

/// Objects of a bucket, and the room that they take in the budget.
struct S3Listing {
  std::vector<net::S3Object> objects;
  ByteReservation room{};
};

/// More than the largest object that S3 stores (5 TiB): a size beyond is a claim that nobody can
/// make good, and reading would have no end.
inline constexpr std::uint64_t max_object_bytes = std::uint64_t{5} << 40U;

/// The rows of a list of objects, in order.
///
/// Errors   those of S3Client, after which reading may be tried again and goes on where it was.
///          `is_damaged` tells of what no further try will mend: bytes that are no rows, an object
///          of more than `max_object_bytes`.
class S3Rows {
 public:
  /// `client` and `budget`, which holds the parts, outlive it.
  S3Rows(const net::S3Client& client, std::string bucket, S3Listing listing, RowSchema schema,
         RowFormat format, S3FetchLimits limits, ByteBudget& budget, const std::stop_token& stop);

  /// Reads a piece into `batch`, which may stay empty, and tells of which object it was; nothing
  /// after the last one.
  Result<std::optional<std::size_t>> read(RowBatch& batch);

  const std::vector<net::S3Object>& objects() const { return listing_.objects; }
  bool is_damaged() const { return is_damaged_; }

  /// The object that something is still to be read of.
  std::optional<std::size_t> object_at_hand() const {
    return part_ ? std::optional(part_->object) : refused_;
  }

 private:
  Result<bool> fetch_part();
  Error refuse_object(std::size_t object);
  Result<void> feed(RowBatch& batch);
  Result<void> finish_object(RowBatch& batch);
  Result<void> noted(Result<void> result);

  const std::string bucket_;
  const S3Listing listing_;
  const RowSchema schema_;
  const RowFormat format_;
  S3PartFetcher fetcher_;
  std::optional<S3PartFetcher::Part> part_;
  std::optional<std::size_t> refused_;  ///< An object that is too large.
  std::size_t part_place_ = 0;          ///< Bytes of the part that were fed.
  bool is_packed_ = false;              ///< The object at hand is gzip.
  std::unique_ptr<RowReader> reader_;   ///< Of the object at hand, once something of it was read.
  bool is_damaged_ = false;
};

}  // namespace bellwether::ingest
