#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// A regular file that a pattern matched.
struct FoundFile {
  std::string path;
  std::uint64_t inode = 0;
  std::uint64_t length_bytes = 0;
  std::int64_t changed_at = 0;  ///< Nanoseconds; of its contents.
};

/// The regular files that paths or globs name, each once, sorted by path.
std::vector<FoundFile> find_files(const std::vector<std::string>& patterns);

/// The same, where every pattern must match a file.
///
/// Errors   invalid_input naming the pattern that matches none.
Result<std::vector<FoundFile>> find_files_of_each(const std::vector<std::string>& patterns);

}  // namespace bellwether::ingest
