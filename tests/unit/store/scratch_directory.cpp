#include "scratch_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace bellwether::store {

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

ScratchDirectory::ScratchDirectory(ScratchDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

Result<ScratchDirectory> make_scratch_directory(const std::string& wanted_parent) {
  std::error_code error;
  std::filesystem::path parent = wanted_parent;
  if (parent.empty()) parent = std::filesystem::temp_directory_path(error);
  if (error) return unavailable("no directory for temporary files: " + error.message());
  std::string path = (parent / "bellwether-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr)
    return unavailable("making a directory in '" + parent.string() +
                       "': " + std::generic_category().message(errno));
  return ScratchDirectory(std::move(path));
}

}  // namespace bellwether::store
