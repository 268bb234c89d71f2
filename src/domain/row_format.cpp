#include "bellwether/domain/row_format.hpp"

namespace bellwether {

Problems validate(std::string_view path, const RowFormat& format) {
  const auto* csv = std::get_if<CsvFormat>(&format);
  if (csv == nullptr) return {};
  Problems problems;
  const auto add = [&](const char* key, const char* message) {
    problems.push_back({std::string(path) + ".csv." + key, message, 0, 0});
  };
  if (csv->delimiter.size() != 1 || csv->delimiter == "\n" || csv->delimiter == "\r")
    add("delimiter", "must be one character, such as ',' or '|'");
  if (csv->quote.size() > 1) add("quote", "must be one character, or empty for none");
  if (!csv->quote.empty() && csv->quote == csv->delimiter)
    add("quote", "must differ from the delimiter");
  if (!csv->has_header && csv->columns.empty())
    add("columns", "must name the columns when header is false");
  return problems;
}

}  // namespace bellwether
