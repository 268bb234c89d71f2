#pragma once

#include <cstdint>
#include <string>
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

/// Rows are pushed over HTTP; the request's content type says how they are written.
struct HttpSourceSpec {
  bool operator==(const HttpSourceSpec&) const = default;
};

/// Rows are read from files of this host.
struct FileSourceSpec {
  std::string path;     ///< A path or glob; empty where only `historical` is read.
  bool follow = false;  ///< Keep watching for new files and appended rows.
  std::vector<std::string>
      historical;  ///< Paths or globs, read whole and first, in any order of time.
  RowFormat format = CsvFormat{};

  bool operator==(const FileSourceSpec&) const = default;
};

using SourceSpec = std::variant<HttpSourceSpec, FileSourceSpec>;

Problems validate(const SourceSpec& source);

}  // namespace bellwether
