#include "bellwether/ingest/firehose_reader.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include <simdjson.h>

#include "bellwether/net/crypto.hpp"

#include "gzip_inflater.hpp"
#include "json_flaw.hpp"
#include "json_row_parser.hpp"
#include "row_cutter.hpp"

namespace bellwether::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

Error not_a_request(std::string_view what) {
  return invalid_input(
      "the body is not a Firehose request {requestId, timestamp, records: [{data}]}: " +
      std::string(what));
}

/// Makes rows of records.
class RecordReader {
 public:
  RecordReader(RowBuilder builder, std::size_t max_unpacked_bytes)
      : parser_(std::move(builder)),
        max_unpacked_bytes_(max_unpacked_bytes),
        left_bytes_(max_unpacked_bytes) {}

  /// One record's `data`. Fails only when too much comes out.
  Result<void> take(std::string_view base64) {
    ++record_;
    auto bytes = net::base64_decode(base64);
    if (!bytes) {
      refuse("data is not base64: " + bytes.error().message);
      return ok();
    }
    if (GzipInflater::is_gzip(*bytes)) return take_packed(*bytes);
    if (bytes->size() > left_bytes_) return too_much();
    left_bytes_ -= bytes->size();
    text_ = *std::move(bytes);
    read_rows();
    return ok();
  }

  void refuse(const std::string& what) {
    parser_.builder().refuse_row(RowFault::unreadable,
                                 "record " + std::to_string(record_) + ": " + what);
  }

  /// A record that has no `data` to read.
  void refuse_next(const std::string& what) {
    ++record_;
    refuse(what);
  }

  void attach(RowBatch& batch) { parser_.builder().attach(batch); }

 private:
  Result<void> take_packed(std::string_view packed) {
    text_.clear();
    const auto append = [this](std::string_view bytes) -> Result<void> {
      if (bytes.size() > left_bytes_) return too_much();
      left_bytes_ -= bytes.size();
      text_ += bytes;
      return ok();
    };
    GzipInflater inflater;
    auto unpacked = inflater.feed(packed, append);
    if (unpacked) unpacked = inflater.finish();
    if (unpacked) {
      read_rows();
    } else if (unpacked.error().code == ErrorCode::overloaded) {
      return unpacked;
    } else {
      refuse(unpacked.error().message);
    }
    return ok();
  }

  void read_rows() {
    const std::size_t length = text_.size();
    text_.append(room_after, '\0');
    std::string_view rest = std::string_view(text_).substr(0, length);
    for (std::string_view row; !(row = take_row(rest)).empty();)
      parser_.parse_line(row, rest.size() + room_after);
  }

  Error too_much() const {
    return {ErrorCode::overloaded,
            "the records unpack to more than " + std::to_string(max_unpacked_bytes_) + " bytes"};
  }

  static constexpr std::size_t room_after = simdjson::SIMDJSON_PADDING;

  JsonRowParser parser_;
  std::size_t max_unpacked_bytes_;
  std::size_t left_bytes_;
  std::uint64_t record_ = 0;
  std::string text_;  ///< Of the record at hand.
};

/// Reads the document around the records.
class RequestReader {
 public:
  RequestReader(RecordReader& records, FirehoseRequest& request)
      : records_(records), request_(request) {}

  Result<void> read(std::string_view body) {
    const simdjson::padded_string padded(body);
    ondemand::document document;
    ondemand::object object;
    if (const auto error = parser_.iterate(padded).get(document)) return flaw(error);
    if (const auto error = document.get_object().get(object)) return flaw(error);
    for (auto member : object) {
      std::string_view key;
      ondemand::value value;
      if (const auto error = member.unescaped_key().get(key)) return flaw(error);
      if (const auto error = member.value().get(value)) return flaw(error);
      if (auto taken = read_member(key, value); !taken) return taken;
    }
    if (!is_at_end(document)) return not_a_request("text follows the closing '}'");
    if (!has_records_) return not_a_request("there are no records");
    return ok();
  }

 private:
  Result<void> read_member(std::string_view key, ondemand::value value) {
    if (key == "records") return read_records(value);
    if (key != "requestId") return ok();
    std::string_view id;
    if (const auto error = value.get_string().get(id)) return flaw(error);
    request_.request_id = id;
    return ok();
  }

  Result<void> read_records(ondemand::value value) {
    has_records_ = true;
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return flaw(error);
    for (auto element : array) {
      ondemand::value record;
      ondemand::json_type type{};
      if (const auto error = element.get(record)) return flaw(error);
      if (const auto error = record.type().get(type)) return flaw(error);
      if (type != ondemand::json_type::object) {
        records_.refuse_next("it is not a JSON object");
      } else if (auto read = read_record(record); !read) {
        return read;
      }
    }
    return ok();
  }

  Result<void> read_record(ondemand::value record) {
    ondemand::object object;
    if (const auto error = record.get_object().get(object)) return flaw(error);
    std::optional<std::string_view> data;
    for (auto member : object) {
      std::string_view key;
      ondemand::value value;
      ondemand::json_type type{};
      if (const auto error = member.unescaped_key().get(key)) return flaw(error);
      if (key != "data") continue;
      if (const auto error = member.value().get(value)) return flaw(error);
      if (const auto error = value.type().get(type)) return flaw(error);
      if (type != ondemand::json_type::string) continue;
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return flaw(error);
      data = text;
    }
    if (data) return records_.take(*data);
    records_.refuse_next("it has no text 'data'");
    return ok();
  }

  static Error flaw(simdjson::error_code error) {
    return not_a_request(error == simdjson::INCORRECT_TYPE ? "a value is of another kind"
                                                           : json_flaw(error));
  }

  RecordReader& records_;
  FirehoseRequest& request_;
  ondemand::parser parser_;
  bool has_records_ = false;
};

}  // namespace

Result<FirehoseRequest> read_firehose_request(const RowSchema& schema, std::string_view body,
                                              std::size_t max_unpacked_bytes) {
  auto builder = RowBuilder::make(schema);
  if (!builder) return builder.error();
  FirehoseRequest request{"", make_row_batch(schema.spec)};
  RecordReader records(*std::move(builder), max_unpacked_bytes);
  records.attach(request.rows);
  if (auto read = RequestReader(records, request).read(body); !read) return read.error();
  return request;
}

}  // namespace bellwether::ingest
