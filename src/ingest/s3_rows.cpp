#include "s3_rows.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "gzip_inflater.hpp"

namespace bellwether::ingest {
namespace {

/// Bytes for one batch. Rows may be as short as two bytes, and what is packed may unpack a
/// thousandfold, so they are fed in small pieces until the batch is well filled.
constexpr std::size_t plain_slice_bytes = std::size_t{1} << 20U;
constexpr std::size_t plain_piece_bytes = std::size_t{64} << 10U;
constexpr std::size_t packed_slice_bytes = std::size_t{64} << 10U;
constexpr std::size_t packed_piece_bytes = std::size_t{1} << 10U;
constexpr std::size_t full_batch_rows = 50'000;

/// Those before the first one that is too large.
std::span<const net::S3Object> readable(const std::vector<net::S3Object>& objects) {
  const auto is_too_large = [](const net::S3Object& object) {
    return object.size_bytes > max_object_bytes;
  };
  return {objects.begin(), std::ranges::find_if(objects, is_too_large)};
}

}  // namespace

S3Rows::S3Rows(const net::S3Client& client, std::string bucket, S3Listing listing, RowSchema schema,
               RowFormat format, S3FetchLimits limits, ByteBudget& budget,
               const std::stop_token& stop)
    : bucket_(bucket),
      listing_(std::move(listing)),
      schema_(std::move(schema)),
      format_(std::move(format)),
      fetcher_(client, std::move(bucket), readable(listing_.objects), limits, budget, stop) {}

Result<std::optional<std::size_t>> S3Rows::read(RowBatch& batch) {
  if (!part_) {
    const auto fetched = fetch_part();
    if (!fetched) return fetched.error();
    if (!*fetched) return std::optional<std::size_t>();
  }
  if (auto fed = feed(batch); !fed) return fed.error();
  const std::optional object(part_->object);
  if (part_place_ < part_->bytes.size()) return object;
  if (part_->is_last)
    if (auto finished = finish_object(batch); !finished) return finished.error();
  part_.reset();
  return object;
}

/// False after the last part.
Result<bool> S3Rows::fetch_part() {
  auto part = fetcher_.next();
  if (!part) return part.error();
  if (*part) {
    part_ = *std::move(*part);
    part_place_ = 0;
    return true;
  }
  const std::size_t read = fetcher_.object_count();
  if (read < objects().size()) return refuse_object(read);
  return false;
}

Error S3Rows::refuse_object(std::size_t object) {
  refused_ = object;
  is_damaged_ = true;
  return invalid_input("s3://" + bucket_ + "/" + objects()[object].key + " has " +
                       std::to_string(objects()[object].size_bytes) +
                       " bytes by the service's account, and an object may have " +
                       std::to_string(max_object_bytes) + " (max_object_bytes)");
}

Result<void> S3Rows::feed(RowBatch& batch) {
  if (!reader_) {
    auto reader = make_row_reader(schema_, format_);
    if (!reader) return noted(reader.error());
    reader_ = std::move(*reader);
    is_packed_ = GzipInflater::is_gzip(part_->bytes);
  }
  const std::size_t slice_bytes = is_packed_ ? packed_slice_bytes : plain_slice_bytes;
  const std::size_t piece_bytes = is_packed_ ? packed_piece_bytes : plain_piece_bytes;
  std::string_view slice = std::string_view(part_->bytes).substr(part_place_, slice_bytes);
  while (!slice.empty() && batch.end_row - batch.first_row < full_batch_rows) {
    const std::string_view piece = slice.substr(0, piece_bytes);
    slice.remove_prefix(piece.size());
    part_place_ += piece.size();
    if (auto fed = reader_->feed(piece, batch); !fed) return noted(fed);
  }
  return ok();
}

Result<void> S3Rows::finish_object(RowBatch& batch) {
  return noted(std::exchange(reader_, nullptr)->finish(batch));
}

/// A failure of the bytes themselves, with the name of the object.
Result<void> S3Rows::noted(Result<void> result) {
  if (result) return result;
  is_damaged_ = true;
  return while_doing("reading s3://" + bucket_ + "/" + objects()[part_->object].key,
                     result.error());
}

}  // namespace bellwether::ingest
