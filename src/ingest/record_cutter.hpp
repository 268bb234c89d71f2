#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace bellwether::ingest {

/// One line of text, or several where line breaks stand between quotes.
struct Record {
  enum class Fault : std::uint8_t { none, too_long, open_quote };

  std::string_view text;       ///< Without its line break.
  std::size_t room_after = 0;  ///< Bytes after `text` that may be read, whatever they hold.
  bool has_quote = false;
  Fault fault = Fault::none;
};

/// Cuts bytes into records at line breaks, LF or CRLF; the pieces in which they come make no
/// difference. A byte order mark at the beginning is dropped, blank lines are left out.
///
/// A quote opens only at the beginning of a field. When one is not closed within `max_lines` lines
/// or `max_record_bytes` bytes, the line that opened it is a faulty record by itself and the next
/// line is read afresh, so that one stray quote costs one line.
///
/// Cost     memory for one record; each byte is looked at `max_lines` times at the worst.
class RecordCutter {
 public:
  static constexpr std::size_t max_record_bytes = std::size_t{1} << 20U;
  static constexpr std::size_t max_lines = 100;

  using OnRecord = std::function<void(const Record&)>;

  /// Without `quote` every line is a record.
  RecordCutter(char delimiter, std::optional<char> quote) : delimiter_(delimiter), quote_(quote) {}

  void feed(std::string_view bytes, const OnRecord& on_record);

  /// What is left, without a line break, is a record too.
  void finish(const OnRecord& on_record);

  /// Bytes of all complete records.
  std::uint64_t consumed() const { return consumed_; }

  /// The next byte is number `consumed` of the input, and begins a record.
  void continue_at(std::uint64_t consumed);

 private:
  enum class State : std::uint8_t { field_start, unquoted, quoted, quote_in_quoted, malformed };

  /// What scanning found: where the record ends, or that it grew too large there.
  struct Found {
    std::size_t end = 0;
    bool is_complete = false;
    bool is_overflow = false;
  };

  void take(std::string_view bytes, const OnRecord& on_record);
  void take_back_pending(const OnRecord& on_record);
  std::size_t skip_line(std::string_view bytes, const OnRecord& on_record);
  Found scan(std::string_view bytes);
  Found scan_bytes(std::string_view bytes);
  void emit(std::string_view record, std::size_t room_after, Record::Fault fault,
            const OnRecord& on_record);
  void give_up_record(const OnRecord& on_record);
  void end_skipped_line(const OnRecord& on_record);
  void begin_record();

  char delimiter_;
  std::optional<char> quote_;

  std::string pending_;  ///< The beginning of a record whose end has not come.
  State state_ = State::field_start;
  bool has_quote_ = false;
  std::size_t scanned_ = 0;        ///< Bytes of the record looked at so far.
  std::size_t quoted_breaks_ = 0;  ///< Line breaks among them.
  bool is_skipping_ = false;       ///< Over the rest of a line that is too long.
  std::size_t skipped_ = 0;        ///< Its bytes so far.
  bool is_at_start_ = true;        ///< A byte order mark may still come.
  std::uint64_t consumed_ = 0;
};

}  // namespace bellwether::ingest
