#include "file_list.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include <glob.h>

namespace bellwether::ingest {
namespace {

std::optional<FoundFile> regular_file(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  return FoundFile{path, facts.st_ino, static_cast<std::uint64_t>(facts.st_size),
                   facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

/// A path that exists is meant as it stands, even with a bracket in its name.
std::vector<FoundFile> matches_of(const std::string& pattern) {
  if (auto file = regular_file(pattern)) return {*std::move(file)};
  std::vector<FoundFile> files;
  glob_t matches{};
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches) == 0)
    for (std::size_t i = 0; i < matches.gl_pathc; ++i)
      if (auto file = regular_file(matches.gl_pathv[i])) files.push_back(*std::move(file));
  ::globfree(&matches);
  return files;
}

void sort_and_keep_one_each(std::vector<FoundFile>& files) {
  std::ranges::sort(files, {}, &FoundFile::path);
  const auto doubled = std::ranges::unique(files, {}, &FoundFile::path);
  files.erase(doubled.begin(), doubled.end());
}

}  // namespace

std::vector<FoundFile> find_files(const std::vector<std::string>& patterns) {
  std::vector<FoundFile> files;
  for (const std::string& pattern : patterns)
    for (FoundFile& file : matches_of(pattern)) files.push_back(std::move(file));
  sort_and_keep_one_each(files);
  return files;
}

Result<std::vector<FoundFile>> find_files_of_each(const std::vector<std::string>& patterns) {
  std::vector<FoundFile> files;
  for (const std::string& pattern : patterns) {
    auto matches = matches_of(pattern);
    if (matches.empty())
      return invalid_input("no file matches '" + pattern + "'; give a path or glob that does");
    for (FoundFile& file : matches) files.push_back(std::move(file));
  }
  sort_and_keep_one_each(files);
  return files;
}

}  // namespace bellwether::ingest
