#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether::cli {

/// Where a command's results go: a file, or standard output for `-`.
class Destination {
 public:
  /// Errors   invalid_input: the file cannot be written. `standard_output` outlives it.
  static Result<Destination> open(const std::string& path, std::ostream& standard_output);

  std::ostream& stream() { return *stream_; }

  /// Errors   unavailable: not everything could be written.
  Result<void> finish();

 private:
  Destination(std::string path, std::unique_ptr<std::ostream> file, std::ostream* stream);

  std::string path_;
  std::unique_ptr<std::ostream> file_;
  std::ostream* stream_;
};

}  // namespace bellwether::cli
