#pragma once

#include <cstddef>
#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether {

/// The contents of a regular file, of at most `most_bytes`. What is no regular file (a pipe, a
/// terminal, a device, a folder) is refused: reading it could wait for ever.
///
/// Errors   invalid_input, a sentence about the file without its name or contents: "is no regular
///          file", "No such file or directory", "is longer than 65536 bytes".
Result<std::string> read_regular_file(const std::string& path, std::size_t most_bytes);

}  // namespace bellwether
