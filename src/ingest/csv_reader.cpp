#include "csv_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "text.hpp"

namespace bellwether::ingest {
namespace {

std::string listed(const std::vector<std::string_view>& names) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += (i == 0 ? "" : ", ") + shown(names[i]);
  return text + (names.size() > most ? ", ..." : "");
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

CsvReader::CsvReader(RowBuilder builder, const CsvFormat& format)
    : builder_(std::move(builder)),
      format_(format),
      delimiter_(format.delimiter.empty() ? ',' : format.delimiter.front()),
      quote_(format.quote.empty() ? std::nullopt : std::optional(format.quote.front())),
      cutter_(delimiter_, quote_),
      on_record_([this](const Record& record) { take(record); }),
      is_header_due_(format.has_header) {
  if (!format_.columns.empty())
    map_columns({format_.columns.begin(), format_.columns.end()}, "the list of columns");
}

Result<void> CsvReader::feed(std::string_view bytes, RowBatch& batch) {
  if (!failure_) {
    builder_.attach(batch);
    cutter_.feed(bytes, on_record_);
  }
  if (failure_) return *failure_;
  return ok();
}

Result<void> CsvReader::finish(RowBatch& batch) {
  if (!failure_) {
    builder_.attach(batch);
    cutter_.finish(on_record_);
  }
  if (failure_) return *failure_;
  return ok();
}

void CsvReader::continue_at(std::uint64_t consumed_bytes, std::uint64_t row) {
  cutter_.continue_at(consumed_bytes);
  builder_.continue_after(row);
}

void CsvReader::fail(std::string message) {
  if (!failure_) failure_ = invalid_input(std::move(message));
}

void CsvReader::take(const Record& record) {
  if (failure_) return;
  if (is_header_due_) {
    is_header_due_ = false;
    take_header(record);
  } else {
    read_row(record);
  }
}

void CsvReader::take_header(const Record& record) {
  if (!format_.columns.empty()) return;
  if (record.fault != Record::Fault::none || !split(record))
    return fail("line 1: the header is not CSV; check the delimiter and the quote of the format");
  map_columns(fields_, "line 1: the header");
}

void CsvReader::map_columns(const std::vector<std::string_view>& names, std::string_view where) {
  slot_of_column_.assign(names.size(), no_slot);
  std::vector<bool> is_there(builder_.slot_count(), false);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto slot = builder_.slot_of(names[i]);
    if (!slot) continue;
    if (is_there[*slot])
      return fail(std::string(where) + " names column " + shown(names[i]) + " twice");
    is_there[*slot] = true;
    slot_of_column_[i] = *slot;
  }
  bool has_measure = false;
  for (RowBuilder::Slot slot = 0; slot < builder_.slot_count(); ++slot) {
    if (builder_.is_measure(slot)) {
      has_measure = has_measure || is_there[slot];
    } else if (!is_there[slot] && (slot != 0 || builder_.reads_time())) {
      return fail(std::string(where) + " has no column " + shown(builder_.column(slot)) + " for " +
                  (slot == 0 ? "the timestamp" : "a dimension") + "; it has " + listed(names));
    }
  }
  if (!has_measure)
    fail(std::string(where) + " has no column of any measure, such as " +
         shown(builder_.column(1)) + "; it has " + listed(names));
}

void CsvReader::read_row(const Record& record) {
  if (record.fault == Record::Fault::too_long)
    return builder_.refuse_row(
        RowFault::unreadable,
        "the line is longer than " + std::to_string(RecordCutter::max_record_bytes) + " bytes");
  if (record.fault == Record::Fault::open_quote)
    return builder_.refuse_row(RowFault::unreadable,
                               "a quote is opened in this line and not closed within " +
                                   std::to_string(RecordCutter::max_lines) + " lines");
  if (!split(record))
    return builder_.refuse_row(RowFault::unreadable,
                               "text follows a closing quote in field " +
                                   std::to_string(fields_.size()) +
                                   "; double a quote that belongs to the value");
  if (fields_.size() != slot_of_column_.size())
    return builder_.refuse_row(RowFault::unreadable,
                               "the row has " + counted(fields_.size(), "field") + " where " +
                                   counted(slot_of_column_.size(), "column") + " are named");
  for (std::size_t i = 0; i < fields_.size(); ++i)
    if (slot_of_column_[i] != no_slot) builder_.set(slot_of_column_[i], fields_[i]);
  builder_.end_row();
}

bool CsvReader::split(const Record& record) {
  fields_.clear();
  if (record.has_quote) return split_quoted(record.text);
  split_plain(record.text);
  return true;
}

void CsvReader::split_plain(std::string_view text) {
  const char* begin = text.data();
  const char* const end = begin + text.size();
  for (const char* at = begin; at != end; ++at) {
    if (*at != delimiter_) continue;
    fields_.emplace_back(begin, static_cast<std::size_t>(at - begin));
    begin = at + 1;
  }
  fields_.emplace_back(begin, static_cast<std::size_t>(end - begin));
}

/// Splits a record in which quotes open. False when text follows a closing quote; the last of
/// `fields_` is then the culprit.
bool CsvReader::split_quoted(std::string_view text) {
  unquoted_.clear();
  unquoted_.reserve(text.size());  // The fields point into it: it may not move.
  const char quote = *quote_;
  std::size_t i = 0;
  while (true) {
    if (i < text.size() && text[i] == quote) {
      const std::size_t begin = unquoted_.size();
      for (++i; i < text.size(); ++i) {
        if (text[i] == quote && (i + 1 >= text.size() || text[i + 1] != quote)) break;
        if (text[i] == quote) ++i;
        unquoted_ += text[i];
      }
      ++i;
      fields_.emplace_back(unquoted_.data() + begin, unquoted_.size() - begin);
      if (i < text.size() && text[i] != delimiter_) return false;
    } else {
      const std::size_t end = std::min(text.find(delimiter_, i), text.size());
      fields_.push_back(text.substr(i, end - i));
      i = end;
    }
    if (i >= text.size()) return true;
    ++i;  // Over the delimiter; what follows is a field, even at the end.
  }
}

}  // namespace bellwether::ingest
