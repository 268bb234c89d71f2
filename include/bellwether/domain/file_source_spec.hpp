#pragma once

#include <string>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/domain/row_format.hpp"

namespace bellwether {

/// Rows are read from files of this host.
struct FileSourceSpec {
  std::string path;     ///< A path or glob; empty where only `historical` is read.
  bool follow = false;  ///< Keep watching for new files and appended rows.
  std::vector<std::string>
      historical;  ///< Paths or globs, read whole and first, in any order of time.
  RowFormat format = CsvFormat{};
  bool follow_links = false;  ///< Read what links point to outside of the folders that are named.
  /// Folders that the files must lie in, links resolved; empty: anywhere. What the server allows
  /// whoever wrote the document, and never in the document itself.
  std::vector<std::string> only_below{};

  bool operator==(const FileSourceSpec&) const = default;
};

Problems validate(const FileSourceSpec& file);

}  // namespace bellwether
