#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "bellwether/base/log.hpp"
#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/source.hpp"

#include "file_cursor.hpp"
#include "file_follower.hpp"
#include "file_list.hpp"
#include "file_position.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::string_view stream_name = "files";

class FileSource final : public Source {
 public:
  FileSource(const DetectorSpec& spec, FileSourceSpec files, const StreamPosition& from,
             std::optional<FilePosition> position, const Clock* clock)
      : schema_{spec, std::nullopt},
        files_(std::move(files)),
        bounds_(files_),
        clock_(clock),
        next_row_(from.resume_row),
        seen_before_(from.seen_rows),
        from_(std::move(position)) {}

  Result<State> next(Intake& intake, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(const SourcePosition& /*position*/) override { return ok(); }

 private:
  enum class Phase { beginning, historical, once, following, ended };

  Result<void> begin_phase(Phase phase);
  Result<void> list_files(const std::vector<std::string>& patterns);
  Phase live_phase() const;
  Result<bool> read_in_order(RowBatch& batch);
  Result<void> open_next_file();
  Result<State> follow(RowBatch& batch, std::chrono::milliseconds wait);
  bool skip_rows_that_are_gone(RowBatch& batch);
  void begin_batch(RowBatch& batch) const;
  bool end_batch(RowBatch& batch);
  FilePosition position() const;

  std::optional<TimePoint> latest_allowed(const RowBatch& batch) const {
    if (!batch.received_at) return std::nullopt;
    return latest_allowed_at(*batch.received_at, schema_.spec.interval);
  }

  RowSchema schema_;
  FileSourceSpec files_;
  FileBounds bounds_;
  const Clock* clock_;
  Phase phase_ = Phase::beginning;
  std::uint64_t next_row_;
  std::uint64_t seen_before_;         ///< Rows that an earlier run had got to.
  std::optional<FilePosition> from_;  ///< Where to take that run up; used up by the first phase.

  // Files that are read once, in order.
  std::vector<FoundFile> queue_;
  std::size_t queue_next_ = 0;
  FileMark mark_;  ///< In the file read last.
  std::unique_ptr<FileCursor> cursor_;

  std::optional<FileFollower> follower_;
};

Result<Source::State> FileSource::next(Intake& intake, std::chrono::milliseconds wait) {
  RowBatch& batch = intake.batch;
  if (phase_ == Phase::beginning) {
    const bool is_past_history = from_ && !from_->is_historical;
    const bool has_history = !files_.historical.empty() && !is_past_history;
    if (auto begun = begin_phase(has_history ? Phase::historical : live_phase()); !begun)
      return begun.error();
  }
  if (phase_ == Phase::following) return follow(batch, wait);
  if (phase_ == Phase::ended) return State::ended;
  const auto has_rows = read_in_order(batch);
  if (!has_rows) return has_rows.error();
  if (*has_rows) return State::rows;
  const bool is_last_phase = phase_ == Phase::once || live_phase() == Phase::ended;
  if (is_last_phase && skip_rows_that_are_gone(batch)) return State::rows;
  const bool was_history = phase_ == Phase::historical;
  if (auto begun = begin_phase(was_history ? live_phase() : Phase::ended); !begun)
    return begun.error();
  return was_history ? State::historical_done : State::ended;
}

FileSource::Phase FileSource::live_phase() const {
  if (files_.path.empty()) return Phase::ended;
  return files_.follow ? Phase::following : Phase::once;
}

Result<void> FileSource::begin_phase(Phase phase) {
  phase_ = phase;
  cursor_.reset();
  mark_ = {};
  const auto from = std::exchange(from_, std::nullopt);
  if (phase == Phase::following)
    follower_.emplace(schema_, files_, from ? from->marks : std::vector<FileMark>());
  if (phase != Phase::historical && phase != Phase::once) return ok();
  if (from && !from->marks.empty()) mark_ = from->marks.front();
  return list_files(phase == Phase::historical ? files_.historical : std::vector{files_.path});
}

Result<void> FileSource::list_files(const std::vector<std::string>& patterns) {
  auto found = find_files_of_each(patterns);
  if (!found) return found.error();
  queue_ = std::move(*found);
  queue_next_ = 0;
  if (phase_ == Phase::once) {
    std::unordered_set<std::uint64_t> historical;
    for (const FoundFile& file : find_files(files_.historical)) historical.insert(file.inode);
    std::erase_if(queue_, [&](const FoundFile& file) { return historical.contains(file.inode); });
  }
  while (queue_next_ < queue_.size() && queue_[queue_next_].path < mark_.path) ++queue_next_;
  return ok();
}

/// Reads until the batch has something. False when all files have been read.
Result<bool> FileSource::read_in_order(RowBatch& batch) {
  while (queue_next_ < queue_.size()) {
    if (!cursor_)
      if (auto opened = open_next_file(); !opened) return opened.error();
    begin_batch(batch);
    const auto more = cursor_->read(batch, latest_allowed(batch));
    if (!more) return more.error();
    if (!*more) {
      if (auto finished = cursor_->finish(batch); !finished) return finished.error();
      ++queue_next_;
    }
    mark_ = cursor_->mark();
    if (!*more) cursor_.reset();
    if (end_batch(batch)) return true;
  }
  return false;
}

Result<void> FileSource::open_next_file() {
  const std::string& path = queue_[queue_next_].path;
  if (mark_.path != path) mark_ = {.path = path};
  auto opened = FileCursor::open(schema_, files_.format, mark_, bounds_);
  if (!opened) return opened.error();
  cursor_ = std::move(*opened);
  if (cursor_->mark().offset < mark_.offset)
    return invalid_input("'" + path + "' is shorter than what was read of it before; to read it " +
                         "anew, give the detector another name");
  return ok();
}

Result<Source::State> FileSource::follow(RowBatch& batch, std::chrono::milliseconds wait) {
  for (int look = 0; look < 2; ++look) {
    follower_->look();
    begin_batch(batch);
    follower_->read(batch, latest_allowed(batch));
    if (end_batch(batch) || skip_rows_that_are_gone(batch)) return State::rows;
    if (wait.count() == 0) break;
    if (look == 0) std::this_thread::sleep_for(wait);
  }
  return State::idle;
}

/// Rows that an earlier run read and this one no longer finds must not be waited for: an empty
/// batch passes over their numbers.
bool FileSource::skip_rows_that_are_gone(RowBatch& batch) {
  if (next_row_ >= seen_before_) return false;
  log_warning(
      "ingest", "files no longer hold rows that were read from them",
      {{"detector", schema_.spec.name}, {"rows", std::to_string(seen_before_ - next_row_)}});
  begin_batch(batch);
  batch.end_row = seen_before_;
  return end_batch(batch);
}

void FileSource::begin_batch(RowBatch& batch) const {
  batch = make_row_batch(schema_.spec);
  batch.stream = stream_name;
  batch.first_row = batch.end_row = next_row_;
  batch.resume_at = to_text(position());
  batch.is_historical = phase_ == Phase::historical;
  if (clock_ != nullptr) batch.received_at = clock_->now();
}

/// Whether the batch holds anything.
bool FileSource::end_batch(RowBatch& batch) {
  batch.resume_after = to_text(position());
  next_row_ = batch.end_row;
  return batch.end_row > batch.first_row;
}

FilePosition FileSource::position() const {
  if (follower_) return {.is_historical = false, .marks = follower_->marks()};
  FilePosition position{.is_historical = phase_ == Phase::historical, .marks = {}};
  if (!mark_.path.empty()) position.marks.push_back(mark_);
  return position;
}

}  // namespace

Result<std::unique_ptr<Source>> make_file_source(const DetectorSpec& spec,
                                                 const SourcePosition& from, const Clock* clock) {
  const auto* files = std::get_if<FileSourceSpec>(&spec.source);
  if (files == nullptr) return internal_error("the detector's source is not a file source");
  if (const auto problems = validate_timestamp(spec.timestamp); !problems.empty())
    return invalid_input(problems.front().field + ": " + problems.front().message);
  StreamPosition stream;
  std::optional<FilePosition> position;
  for (const StreamPosition& known : from) {
    if (known.stream != stream_name) continue;
    stream = known;
    auto parsed = parse_file_position(known.resume_at);
    if (!parsed) return parsed.error();
    position = std::move(*parsed);
  }
  return std::unique_ptr<Source>(
      std::make_unique<FileSource>(spec, *files, stream, std::move(position), clock));
}

}  // namespace bellwether::ingest
