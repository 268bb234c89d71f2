#pragma once

#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/file_source_spec.hpp"

namespace bellwether::ingest {

/// Where the files of a source must really lie, links resolved: in the folders that its paths and
/// globs name, unless links are followed, and below those the server allows.
class FileBounds {
 public:
  FileBounds() = default;  ///< Anywhere.
  explicit FileBounds(const FileSourceSpec& files);

  /// Whether an open file may be read. It is the file that is asked about, not its name, which
  /// somebody may have given to another one meanwhile.
  ///
  /// Errors   invalid_input: it lies elsewhere.
  Result<void> check(int descriptor, const std::string& path) const;

 private:
  std::vector<std::string> named_folders_;  ///< Empty: links are followed.
  std::vector<std::string> only_below_;     ///< Empty: anywhere.
};

/// The folder that a path, or a glob up to its first wildcard, names.
std::string named_folder(const std::string& pattern);

}  // namespace bellwether::ingest
