#pragma once

#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether::store {

/// A directory of our own under the system's place for such, gone with this value.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}
  ~ScratchDirectory();
  ScratchDirectory(ScratchDirectory&& other) noexcept;
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;  ///< Empty when it was moved away.
};

Result<ScratchDirectory> make_scratch_directory();

}  // namespace bellwether::store
