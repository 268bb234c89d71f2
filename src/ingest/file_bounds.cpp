#include "file_bounds.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace bellwether::ingest {
namespace {

namespace fs = std::filesystem;

/// Folders are looked up each time: what they stand for may change while a detector runs.
bool lies_in_one(const fs::path& file, const std::vector<std::string>& folders) {
  return std::ranges::any_of(folders, [&](const std::string& folder) {
    std::error_code failure;
    const fs::path real = fs::canonical(folder, failure);
    if (failure) return false;
    const auto [end, place] = std::mismatch(real.begin(), real.end(), file.begin(), file.end());
    return end == real.end() && place != file.end();
  });
}

}  // namespace

std::string named_folder(const std::string& pattern) {
  const std::string plain = pattern.substr(0, pattern.find_first_of("*?[\\"));
  const std::size_t slash = plain.rfind('/');
  if (slash == std::string::npos) return ".";
  return plain.substr(0, std::max<std::size_t>(slash, 1));
}

FileBounds::FileBounds(const FileSourceSpec& files) : only_below_(files.only_below) {
  if (files.follow_links) return;
  if (!files.path.empty()) named_folders_.push_back(named_folder(files.path));
  for (const std::string& pattern : files.historical)
    named_folders_.push_back(named_folder(pattern));
}

Result<void> FileBounds::check(int descriptor, const std::string& path) const {
  if (named_folders_.empty() && only_below_.empty()) return ok();
  std::error_code failure;
  const fs::path real = fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor), failure);
  if (failure)
    return invalid_input("where '" + path + "' really lies cannot be found out: " +
                         failure.message() + "; is /proc there?");
  if (!named_folders_.empty() && !lies_in_one(real, named_folders_))
    return invalid_input("'" + path +
                         "' is a link to a file outside of the folder that is named; if that is "
                         "meant, say follow_links: true in the configuration file");
  if (!only_below_.empty() && !lies_in_one(real, only_below_))
    return invalid_input("'" + path + "' does not lie below server.allow_paths");
  return ok();
}

}  // namespace bellwether::ingest
