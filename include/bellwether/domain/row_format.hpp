#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bellwether/base/problem.hpp"

namespace bellwether {

enum class Compression : std::uint8_t { none, gzip };

/// How a CSV file is written. One character each; an empty quote means there is none.
struct CsvFormat {
  bool has_header = true;
  std::string delimiter = ",";
  std::string quote = "\"";
  Compression compression = Compression::none;
  std::vector<std::string> columns;  ///< Names by position, where the file has none of its own.

  bool operator==(const CsvFormat&) const = default;
};

/// One JSON object per line.
struct JsonFormat {
  Compression compression = Compression::none;

  bool operator==(const JsonFormat&) const = default;
};

/// Gzip is recognised by its first bytes whatever `compression` says.
using RowFormat = std::variant<CsvFormat, JsonFormat>;

/// Every problem, its field below `path`, such as "file.format.csv.quote".
Problems validate(std::string_view path, const RowFormat& format);

}  // namespace bellwether
