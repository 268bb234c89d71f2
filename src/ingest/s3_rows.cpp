#include "s3_rows.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gzip_inflater.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::size_t plain_slice_bytes = std::size_t{1} << 20U;
constexpr std::size_t gzip_slice_bytes = std::size_t{1} << 16U;  // It may unpack a thousandfold.

}  // namespace

S3Rows::S3Rows(const net::S3Client& client, std::string bucket, std::vector<net::S3Object> objects,
               RowSchema schema, RowFormat format, S3FetchLimits limits,
               const std::stop_token& stop)
    : bucket_(bucket),
      objects_(objects),
      schema_(std::move(schema)),
      format_(std::move(format)),
      fetcher_(client, std::move(bucket), std::move(objects), limits, stop) {}

Result<std::optional<std::size_t>> S3Rows::read(RowBatch& batch) {
  if (!part_) {
    auto part = fetcher_.next();
    if (!part) return part.error();
    if (!*part) return std::optional<std::size_t>();
    part_ = *std::move(*part);
    part_place_ = 0;
  }
  if (auto fed = feed(batch); !fed) return fed.error();
  const std::optional object(part_->object);
  if (part_place_ < part_->bytes.size()) return object;
  if (part_->is_last)
    if (auto finished = finish_object(batch); !finished) return finished.error();
  part_.reset();
  return object;
}

Result<void> S3Rows::feed(RowBatch& batch) {
  if (!reader_) {
    auto reader = make_row_reader(schema_, format_);
    if (!reader) return noted(reader.error());
    reader_ = std::move(*reader);
    slice_bytes_ = GzipInflater::is_gzip(part_->bytes) ? gzip_slice_bytes : plain_slice_bytes;
  }
  const std::string_view slice = std::string_view(part_->bytes).substr(part_place_, slice_bytes_);
  part_place_ += slice.size();
  return noted(reader_->feed(slice, batch));
}

Result<void> S3Rows::finish_object(RowBatch& batch) {
  return noted(std::exchange(reader_, nullptr)->finish(batch));
}

/// A failure of the bytes themselves, with the name of the object.
Result<void> S3Rows::noted(Result<void> result) {
  if (result) return result;
  is_damaged_ = true;
  return while_doing("reading s3://" + bucket_ + "/" + objects_[part_->object].key, result.error());
}

}  // namespace bellwether::ingest
