#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_batch.hpp"
#include "bellwether/ingest/row_reader.hpp"

namespace bellwether::ingest {

/// What Amazon Data Firehose sends to an HTTP endpoint at one time.
struct FirehoseRequest {
  std::string request_id;  ///< Empty where the body names none.
  RowBatch rows;
};

/// Reads `{requestId, timestamp, records: [{data}]}`, where data is base64 of JSON lines.
///
/// A record holds any number of objects, each on a line of its own or one right after the other, as
/// they come when a producer puts no line breaks between them; it may be packed with gzip. The end
/// of a record ends its last row. A record that cannot be unpacked is one refused row, so that it
/// does not keep the others from being delivered.
///
/// Errors   invalid_input: not such a document; overloaded: the records unpack to more than
///          `max_unpacked_bytes`.
/// Source   "HTTP endpoint delivery request and response specifications", protocol version 1.0.
Result<FirehoseRequest> read_firehose_request(const RowSchema& schema, std::string_view body,
                                              std::size_t max_unpacked_bytes);

}  // namespace bellwether::ingest
