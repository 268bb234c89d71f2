#include "record_cutter.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace bellwether::ingest {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

const char* find_byte(std::string_view bytes, char wanted) {
  return static_cast<const char*>(std::memchr(bytes.data(), wanted, bytes.size()));
}

}  // namespace

void RecordCutter::feed(std::string_view bytes, const OnRecord& on_record) {
  while (is_at_start_ && !bytes.empty()) {
    if (bytes.front() == byte_order_mark[pending_.size()]) {
      pending_ += bytes.front();
      bytes.remove_prefix(1);
      if (pending_ != byte_order_mark) continue;
      consumed_ += std::exchange(pending_, {}).size();
      is_at_start_ = false;
    } else {
      take_back_pending(on_record);
    }
  }
  take(bytes, on_record);
}

/// What looked like the beginning of a byte order mark is text.
void RecordCutter::take_back_pending(const OnRecord& on_record) {
  is_at_start_ = false;
  take(std::exchange(pending_, {}), on_record);
}

void RecordCutter::take(std::string_view bytes, const OnRecord& on_record) {
  while (!bytes.empty()) {
    if (is_skipping_) {
      bytes.remove_prefix(skip_line(bytes, on_record));
      continue;
    }
    const Found found = scan(bytes);
    const std::string_view part = bytes.substr(0, found.end);
    bytes.remove_prefix(found.end);
    if (found.is_complete && pending_.empty()) {
      emit(part, bytes.size(), Record::Fault::none, on_record);
      begin_record();
      continue;
    }
    pending_.append(part);
    if (found.is_overflow) {
      give_up_record(on_record);
    } else if (found.is_complete) {
      emit(pending_, 0, Record::Fault::none, on_record);
      begin_record();
    }
  }
}

/// Passes over the rest of a line that is too long; it is a record when its end has come.
std::size_t RecordCutter::skip_line(std::string_view bytes, const OnRecord& on_record) {
  const char* const end = find_byte(bytes, '\n');
  const std::size_t count =
      end == nullptr ? bytes.size() : static_cast<std::size_t>(end - bytes.data()) + 1;
  skipped_ += count;
  if (end != nullptr) end_skipped_line(on_record);
  return count;
}

void RecordCutter::end_skipped_line(const OnRecord& on_record) {
  is_skipping_ = false;
  consumed_ += std::exchange(skipped_, 0);
  emit({}, 0, Record::Fault::too_long, on_record);
}

void RecordCutter::finish(const OnRecord& on_record) {
  if (is_at_start_) take_back_pending(on_record);
  while (!pending_.empty()) {
    if (state_ == State::quoted) {
      give_up_record(on_record);
    } else {
      emit(pending_, 0, Record::Fault::none, on_record);
      begin_record();
    }
  }
  if (is_skipping_) end_skipped_line(on_record);
}

RecordCutter::Found RecordCutter::scan(std::string_view bytes) {
  if (quote_ && scanned_ > 0) return scan_bytes(bytes);
  const char* const newline = find_byte(bytes, '\n');
  const std::size_t length =
      newline == nullptr ? bytes.size() : static_cast<std::size_t>(newline - bytes.data()) + 1;
  if (quote_ && find_byte(bytes.substr(0, length), *quote_) != nullptr) return scan_bytes(bytes);
  if (scanned_ + length > max_record_bytes)
    return {.end = max_record_bytes - scanned_, .is_overflow = true};
  scanned_ += length;
  state_ = bytes[length - 1] == delimiter_ ? State::field_start : State::unquoted;
  return {.end = length, .is_complete = newline != nullptr};
}

RecordCutter::Found RecordCutter::scan_bytes(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (scanned_ == max_record_bytes) return {.end = i, .is_overflow = true};
    ++scanned_;
    const char c = bytes[i];
    if (c == '\n') {
      if (state_ != State::quoted) return {.end = i + 1, .is_complete = true};
      if (++quoted_breaks_ == max_lines) return {.end = i + 1, .is_overflow = true};
    } else if (state_ == State::malformed) {
      continue;
    } else if (state_ == State::quoted) {
      if (c == *quote_) state_ = State::quote_in_quoted;
    } else if (c == delimiter_) {
      state_ = State::field_start;
    } else if (state_ == State::field_start && c == *quote_) {
      state_ = State::quoted;
      has_quote_ = true;
    } else if (state_ == State::quote_in_quoted) {
      state_ = c == *quote_ ? State::quoted : State::malformed;
    } else {
      state_ = State::unquoted;
    }
  }
  return {.end = bytes.size()};
}

void RecordCutter::emit(std::string_view record, std::size_t room_after, Record::Fault fault,
                        const OnRecord& on_record) {
  consumed_ += record.size();
  if (record.ends_with('\n')) {
    record.remove_suffix(1);
    ++room_after;
    if (record.ends_with('\r')) record.remove_suffix(1);
  }
  if (record.empty() && fault == Record::Fault::none) return;
  on_record({.text = record, .room_after = room_after, .has_quote = has_quote_, .fault = fault});
}

/// The pending record is too large or its quote is never closed: its first line is at fault, and
/// what follows is read afresh.
void RecordCutter::give_up_record(const OnRecord& on_record) {
  const std::string record = std::exchange(pending_, {});
  const std::size_t length = quoted_breaks_ > 0 ? record.find('\n') + 1 : record.size();
  const bool is_open_quote =
      state_ == State::quoted && (quoted_breaks_ > 0 || scanned_ < max_record_bytes);
  begin_record();
  if (!is_open_quote) {
    is_skipping_ = true;
    skipped_ = record.size();
    return;
  }
  emit(std::string_view(record).substr(0, length), 0, Record::Fault::open_quote, on_record);
  take(std::string_view(record).substr(length), on_record);
}

void RecordCutter::continue_at(std::uint64_t consumed) {
  begin_record();
  is_skipping_ = false;
  skipped_ = 0;
  consumed_ = consumed;
  is_at_start_ = consumed == 0;
}

void RecordCutter::begin_record() {
  pending_.clear();
  state_ = State::field_start;
  has_quote_ = false;
  scanned_ = 0;
  quoted_breaks_ = 0;
}

}  // namespace bellwether::ingest
