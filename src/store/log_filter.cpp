#include "log_filter.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <rocksdb/write_batch.h>

#include "bellwether/base/bytes.hpp"

#include "family.hpp"

namespace bellwether::store {
namespace {

// A batch as RocksDB writes it: u64 sequence, u32 number of records, then the records, each with a
// tag, the family's number and its texts. These numbers are part of its file format.
constexpr std::uint8_t put_tag = 0x5;
constexpr std::uint8_t erase_tag = 0x4;
constexpr std::uint8_t erase_range_tag = 0xE;
constexpr std::size_t sequence_bytes = sizeof(std::uint64_t);

std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

/// The end of the key of a detector's first batch.
constexpr std::string_view first_number{"\0\0\0\0\0\0\0\0", sizeof(std::uint64_t)};

}  // namespace

/// Copies a batch record by record. What our batches never hold makes it fail.
class LogFilter::Rewriter final : public rocksdb::WriteBatch::Handler {
 public:
  explicit Rewriter(LogFilter& filter) : filter_(filter) {}

  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    add(put_tag, family);
    records_.put_text(view(key));
    records_.put_text(view(value));
    return rocksdb::Status::OK();
  }

  rocksdb::Status DeleteCF(std::uint32_t family, const rocksdb::Slice& key) override {
    add(erase_tag, family);
    records_.put_text(view(key));
    return rocksdb::Status::OK();
  }

  rocksdb::Status DeleteRangeCF(std::uint32_t family, const rocksdb::Slice& from,
                                const rocksdb::Slice& to) override {
    const std::string begin = begin_of(family, view(from), view(to));
    if (begin >= view(to)) return rocksdb::Status::OK();  // All of it is erased already.
    add(erase_range_tag, family);
    records_.put_text(begin);
    records_.put_text(view(to));
    return rocksdb::Status::OK();
  }

  /// The batch, with the sequence of the one it was made of.
  std::string take(const rocksdb::WriteBatch& original) {
    ByteWriter count;
    count.put(count_);
    return original.Data().substr(0, sequence_bytes) + count.take() + records_.take();
  }

 private:
  void add(std::uint8_t tag, std::uint32_t family) {
    ++count_;
    records_.put(tag);
    records_.put_varint(family);
  }

  /// Where a range deletion needs to begin.
  std::string begin_of(std::uint32_t family, std::string_view from, std::string_view to) {
    if (family != filter_.inbox_) return std::string(from);
    if (!from.ends_with(first_number)) {
      // The whole of a detector's batches: it was dropped, and its numbers start anew.
      filter_.ends_.erase(std::string(from));
      return std::string(from);
    }
    std::string& end =
        filter_.ends_[std::string(from.substr(0, from.size() - first_number.size()))];
    std::string begin = end.empty() ? std::string(from) : end;
    end = std::max(end, std::string(to));
    return begin;
  }

  LogFilter& filter_;
  ByteWriter records_;
  std::uint32_t count_ = 0;
};

void LogFilter::begin() {
  ends_.clear();
  next_record_ = 0;
  last_file_.clear();
  gaps_.clear();
}

/// An earlier number is none: a record whose write failed is followed by another with its number.
void LogFilter::look_for_gap(const rocksdb::WriteBatch& batch, const std::string& file) {
  const auto number = ByteReader(batch.Data()).get<std::uint64_t>();
  if (next_record_ != 0 && number > next_record_)
    gaps_.push_back("the log lacks " + std::to_string(number - next_record_) +
                    " records between '" + last_file_ + "' and '" + file +
                    "': a file is missing or was cut off, and what it held is lost; restore a "
                    "backup where that matters");
  next_record_ = number + batch.Count();
  last_file_ = file;
}

void LogFilter::ColumnFamilyLogNumberMap(
    const std::map<std::uint32_t, std::uint64_t>& /*log_numbers*/,
    const std::map<std::string, std::uint32_t>& families) {
  const auto found = families.find(std::string(to_string(Family::inbox)));
  inbox_ = found == families.end() ? std::numeric_limits<std::uint32_t>::max() : found->second;
}

rocksdb::WalFilter::WalProcessingOption LogFilter::LogRecordFound(unsigned long long /*log_number*/,
                                                                  const std::string& file,
                                                                  const rocksdb::WriteBatch& batch,
                                                                  rocksdb::WriteBatch* new_batch,
                                                                  bool* is_changed) {
  look_for_gap(batch, file);
  if (!batch.HasDeleteRange()) return WalProcessingOption::kContinueProcessing;
  Rewriter rewriter(*this);
  // What cannot be copied is none of ours, and is read as it is.
  if (batch.Iterate(&rewriter).ok()) {
    *new_batch = rocksdb::WriteBatch(rewriter.take(batch));
    *is_changed = true;
  }
  return WalProcessingOption::kContinueProcessing;
}

}  // namespace bellwether::store
