#pragma once

#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether::store {

/// A directory of our own, gone with this value.
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

/// Makes one in `parent`; when that is empty, in the system's place for temporary files.
Result<ScratchDirectory> make_scratch_directory(const std::string& parent = {});

}  // namespace bellwether::store
