#include "bellwether/store/inbox.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "batch_codec.hpp"
#include "database.hpp"
#include "inbox_answers.hpp"
#include "inbox_directory.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

/// Holds an idempotency key, so that the same request sent twice at once is written once.
class KeyHold {
 public:
  KeyHold(InboxDirectory& directory, std::string detector, std::optional<std::string_view> key)
      : directory_(directory), detector_(std::move(detector)), key_(key) {
    if (key_) directory_.hold_key(detector_, *key_);
  }
  ~KeyHold() {
    if (key_) directory_.release_key(detector_, *key_);
  }
  KeyHold(const KeyHold&) = delete;
  KeyHold& operator=(const KeyHold&) = delete;

 private:
  InboxDirectory& directory_;
  std::string detector_;
  std::optional<std::string> key_;
};

/// How many rows a batch takes up in its stream, refused ones included. A batch without row numbers
/// gets them: its rows follow each other.
std::uint64_t count_rows(RowBatch& batch) {
  if (batch.row_numbers.size() != batch.row_count()) {
    batch.row_numbers.resize(batch.row_count());
    std::iota(batch.row_numbers.begin(), batch.row_numbers.end(), 0U);
  }
  const std::uint64_t span = batch.end_row > batch.first_row ? batch.end_row - batch.first_row : 0;
  const std::uint64_t last =
      batch.row_numbers.empty() ? 0 : std::uint64_t{batch.row_numbers.back()} + 1;
  return std::max(span, last);
}

}  // namespace

struct Inbox::Body {
  Database& database;
  InboxDirectory& directory;
  std::uint64_t max_pending_bytes;
};

Inbox::Inbox(Database& database, std::uint64_t max_pending_bytes)
    : body_(new Body{database, database.inbox_directory(), max_pending_bytes}) {}
Inbox::~Inbox() = default;

Result<std::string> Inbox::append(std::string_view detector, RowBatch batch,
                                  std::optional<std::string_view> idempotency_key,
                                  std::string answer, TimePoint now) {
  if (!is_key_name(detector)) return invalid_input("a detector's name must not be empty");
  const std::string name(detector);
  const KeyHold hold(body_->directory, name, idempotency_key);
  if (idempotency_key) {
    auto before = answer_of(detector, *idempotency_key);
    if (!before) return before.error();
    if (*before) return std::move(**before);
  }

  const std::uint64_t rows = count_rows(batch);
  const std::string encoded = encode_batch_rows(batch);
  const std::uint64_t bytes = batch_head_bytes + encoded.size();
  const auto place = body_->directory.begin(name, bytes, rows, body_->max_pending_bytes);
  if (!place)
    return Error{ErrorCode::overloaded, "the inbox of detector '" + name + "' is full: " +
                                            std::to_string(pending_bytes(detector)) +
                                            " bytes wait to be processed; send again later"};

  Batch writes(body_->database);
  // The sender hears that a batch was not taken and may send it again: it must not turn up later.
  writes.put_or_undo(Family::inbox, batch_key(detector, place->sequence),
                     encode_batch_head(place->first_row, place->first_row + rows) + encoded);
  if (idempotency_key) {
    writes.put_or_undo(Family::inbox, answer_key(detector, *idempotency_key),
                       encode_answer({now, answer}));
    writes.put_or_undo(Family::inbox, answer_time_key(now, detector, *idempotency_key), "");
  }
  const auto written = body_->database.write(writes, Durability::synced);
  body_->directory.finish(name, place->sequence, written.has_value());
  if (!written) return while_doing("writing rows to the inbox", written.error());
  return answer;
}

Result<std::optional<std::string>> Inbox::answer_of(std::string_view detector,
                                                    std::string_view key) const {
  const auto record = body_->database.get(Family::inbox, answer_key(detector, key));
  if (!record) return record.error();
  if (!*record) return std::optional<std::string>();
  auto answer = decode_answer(**record);
  if (!answer) return answer.error();
  return std::optional(std::move(answer->text));
}

Result<std::vector<RowBatch>> Inbox::read(std::string_view detector, std::string_view position,
                                          std::size_t max_batches) const {
  const auto from = decode_inbox_position(position);
  if (!from) return from.error();
  // What is visible now is written; what is written later may not be in order yet.
  const std::uint64_t end = body_->directory.visible_end(std::string(detector));
  std::vector<RowBatch> batches;
  if (*from >= end) return batches;
  const std::string activity = "reading the inbox of detector '" + std::string(detector) + "'";
  auto cursor =
      body_->database.scan(Family::inbox, {batch_key(detector, *from), batch_key(detector, end)});
  for (; cursor.valid() && batches.size() < max_batches; cursor.next()) {
    KeyReader reader(cursor.key().substr(1));
    reader.name();
    const auto sequence = reader.number<std::uint64_t>();
    auto batch = decode_batch(cursor.value());
    if (!batch) return while_doing(activity, batch.error());
    batch->stream = stream;
    batch->resume_at = to_big_endian(sequence);
    batch->resume_after = to_big_endian(sequence + 1);
    batches.push_back(std::move(*batch));
  }
  if (auto status = cursor.status(); !status) return while_doing(activity, status.error());
  return batches;
}

bool Inbox::wait_for_rows(std::string_view detector, std::string_view position,
                          std::chrono::milliseconds timeout) const {
  const auto from = decode_inbox_position(position);
  return from && body_->directory.wait_beyond(std::string(detector), *from, timeout);
}

void Inbox::watch(std::string_view detector, std::function<void()> on_rows) {
  body_->directory.watch(std::string(detector), std::move(on_rows));
}

Result<void> Inbox::trim(std::string_view detector, std::string_view position) {
  const auto sequence = decode_inbox_position(position);
  if (!sequence) return sequence.error();
  const std::string name(detector);
  const auto taking = body_->directory.taking_at(name, *sequence);
  if (!taking) return ok();
  Batch batch(body_->database);
  put_cut(batch, detector, *taking);
  if (auto written = body_->database.write(batch, Durability::synced); !written)
    return while_doing("trimming the inbox of detector '" + name + "'", written.error());
  body_->directory.trim(name, taking->cut);
  return ok();
}

std::uint64_t Inbox::pending_bytes(std::string_view detector) const {
  return body_->directory.pending_bytes(std::string(detector));
}

Result<void> Inbox::drop_answers_before(TimePoint time) {
  return drop_answers(body_->database, time, max_answers);
}

}  // namespace bellwether::store
