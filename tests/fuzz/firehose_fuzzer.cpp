// Any bytes as a Firehose request, and as what stands in one of its records: rows, refused rows or
// an error.

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/ingest/firehose_reader.hpp"
#include "bellwether/net/crypto.hpp"

namespace {

constexpr std::size_t most_unpacked_bytes = 1U << 20U;

const bellwether::ingest::RowSchema& schema() {
  static const bellwether::ingest::RowSchema value = [] {
    bellwether::DetectorSpec spec;
    spec.name = "fuzz";
    spec.timestamp.column = "t";
    spec.timestamp.format = "UNIX";
    spec.measures = {{"m", bellwether::Aggregate::sum}};
    spec.dimensions = {"d"};
    spec.max_value_length = 16;
    return bellwether::ingest::RowSchema{spec, std::nullopt};
  }();
  return value;
}

/// Whether it was read.
bool read(std::string_view body) {
  const auto request =
      bellwether::ingest::read_firehose_request(schema(), body, most_unpacked_bytes);
  if (!request) {
    if (request.error().message.empty()) std::abort();
    return request.error().code == bellwether::ErrorCode::overloaded;
  }
  const bellwether::RowBatch& rows = request->rows;
  if (rows.row_count() + rows.rejected.total() != rows.end_row) std::abort();
  for (const auto& sample : rows.rejected.samples)
    if (sample.message.empty()) std::abort();
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), count);
  read(text);
  // Whatever a record holds, it keeps no request from being taken.
  if (!read(R"({"requestId":"r","records":[{"data":")" + bellwether::net::base64_encode(text) +
            R"("}]})"))
    std::abort();
  return 0;
}
