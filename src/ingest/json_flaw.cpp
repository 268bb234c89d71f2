#include "json_flaw.hpp"

namespace bellwether::ingest {

std::string json_flaw(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return "it is not UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string is not closed";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "it does not end with its closing bracket";
    case simdjson::UNESCAPED_CHARS:
      return "a control character in a string is not escaped";
    case simdjson::STRING_ERROR:
      return "a string has an escape that JSON does not know";
    case simdjson::DEPTH_ERROR:
      return "it is nested too deeply";
    case simdjson::EMPTY:
      return "it is empty";
    default:
      return "a comma, colon, quote or bracket is missing or misplaced";
  }
}

bool is_at_end(simdjson::ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

}  // namespace bellwether::ingest
