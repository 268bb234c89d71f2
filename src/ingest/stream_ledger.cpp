#include "stream_ledger.hpp"

#include <algorithm>

namespace bellwether::ingest {

StreamLedger::StreamLedger(const SourcePosition& position) {
  for (const StreamPosition& stream : position) {
    by_name_.emplace(stream.stream, streams_.size());
    streams_.push_back({.name = stream.stream,
                        .seen_before = stream.seen_rows,
                        .taken = stream.resume_row,
                        .is_behind = stream.resume_row < stream.seen_rows,
                        .resume_at = stream.resume_at,
                        .resume_row = stream.resume_row,
                        .held = {}});
    if (streams_.back().is_behind) ++behind_;
  }
}

StreamLedger::StreamIndex StreamLedger::begin(const RowBatch& batch) {
  const auto [known, is_new] = by_name_.try_emplace(batch.stream, streams_.size());
  if (is_new) streams_.push_back({.name = batch.stream, .resume_at = {}, .held = {}});
  Stream& stream = streams_[known->second];
  stream.resume_at = batch.resume_at;
  stream.resume_row = batch.first_row;
  return known->second;
}

void StreamLedger::end(StreamIndex index, const RowBatch& batch) {
  Stream& stream = streams_[index];
  advance(index, batch.end_row);
  stream.resume_at = batch.resume_after;
  stream.resume_row = batch.end_row;
}

void StreamLedger::advance(StreamIndex index, std::uint64_t row) {
  Stream& stream = streams_[index];
  stream.taken = row;
  stream.furthest = std::max(stream.furthest, row);
  if (stream.is_behind && stream.taken >= stream.seen_before) {
    stream.is_behind = false;
    --behind_;
  }
}

void StreamLedger::stop_waiting() {
  for (Stream& stream : streams_) stream.is_behind = false;
  behind_ = 0;
}

StreamLedger::Hold StreamLedger::hold(StreamIndex index) {
  Stream& stream = streams_[index];
  Held& held = stream.held[stream.resume_row];
  if (held.intervals++ == 0) held.resume_at = stream.resume_at;
  return {index, stream.resume_row};
}

void StreamLedger::release(const std::vector<Hold>& holds) {
  for (const Hold& hold : holds) {
    auto& held = streams_[hold.stream].held;
    const auto found = held.find(hold.first_row);
    if (--found->second.intervals == 0) held.erase(found);
  }
}

SourcePosition StreamLedger::position() const {
  SourcePosition position;
  for (const auto& [name, index] : by_name_) {
    const Stream& stream = streams_[index];
    StreamPosition& entry = position.emplace_back();
    entry.stream = name;
    entry.resume_at = stream.resume_at;
    entry.resume_row = stream.resume_row;
    entry.seen_rows = std::max(stream.taken, stream.seen_before);
    if (!stream.held.empty()) {
      entry.resume_at = stream.held.begin()->second.resume_at;
      entry.resume_row = stream.held.begin()->first;
    }
  }
  return position;
}

}  // namespace bellwether::ingest
