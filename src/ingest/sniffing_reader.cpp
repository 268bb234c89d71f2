#include "sniffing_reader.hpp"

#include <utility>

namespace bellwether::ingest {

Result<void> SniffingReader::feed(std::string_view bytes, RowBatch& batch) {
  if (is_known_) return hand_on(bytes, batch);
  beginning_ += bytes;
  if (beginning_.size() < 2) return ok();
  is_known_ = true;
  if (GzipInflater::is_gzip(beginning_)) inflater_ = std::make_unique<GzipInflater>();
  return hand_on(std::exchange(beginning_, {}), batch);
}

Result<void> SniffingReader::hand_on(std::string_view bytes, RowBatch& batch) {
  if (!inflater_) return reader_->feed(bytes, batch);
  return inflater_->feed(bytes,
                         [&](std::string_view unpacked) { return reader_->feed(unpacked, batch); });
}

Result<void> SniffingReader::finish(RowBatch& batch) {
  if (inflater_) {
    if (auto finished = inflater_->finish(); !finished) return finished;
  } else if (auto fed = reader_->feed(std::exchange(beginning_, {}), batch); !fed) {
    return fed;
  }
  return reader_->finish(batch);
}

}  // namespace bellwether::ingest
