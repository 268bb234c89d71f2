#include "file_kinship.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "file_bytes.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::uint64_t least_proof_bytes = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_joint(char c) { return c == '.' || c == '-' || c == '_'; }

}  // namespace

std::string rotation_stem(std::string_view path) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  const std::size_t name = path.rfind('/') + 1;  // npos + 1 is 0.
  std::string stem(path.substr(0, name));
  for (std::size_t i = name; i < path.size(); ++i) {
    if (!is_digit(path[i])) {
      stem += path[i];
      continue;
    }
    while (i + 1 < path.size() && is_digit(path[i + 1])) ++i;
    while (stem.size() > name && is_joint(stem.back())) stem.pop_back();
  }
  return stem;
}

RotationOrder::RotationOrder(const std::string& file_path)
    : stem(rotation_stem(file_path)), path(file_path) {
  constexpr std::size_t least_date_digits = 6;
  std::string_view name = file_path;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  std::size_t begin = name.size();
  while (begin > 0 && is_digit(name[begin - 1])) --begin;
  const std::size_t digits = name.size() - begin;
  if (digits == 0 || begin == 0 || !is_joint(name[begin - 1])) return;
  if (digits >= least_date_digits) {
    kind = 0;
  } else if (name[begin - 1] == '.') {
    kind = 1;
    for (const char c : name.substr(begin)) age = age * 10 - (c - '0');
  }
}

FileKinship::FileKinship(const FoundFile& found, const FileBounds& bounds)
    : found_(found), bounds_(bounds), stem_(rotation_stem(found.path)) {}

bool FileKinship::is_file_of(const FileMark& mark) {
  const std::uint64_t length = mark.head.length_bytes;
  if (length == 0 || !begins_as(mark.head) || rotation_stem(mark.path) != stem_) return false;
  return length >= first_line_bytes_ + least_proof_bytes ||
         (mark.offset == length && beginning() == length);
}

bool FileKinship::may_become(const FileMark& mark) {
  return found_.path == mark.path + ".gz" && beginning() < mark.head.length_bytes;
}

bool FileKinship::begins_as(const FileHead& head) {
  return head.length_bytes == 0 ||
         (beginning() >= head.length_bytes && hashes_[head.length_bytes] == head.hash);
}

FileHead FileKinship::head() {
  const std::uint64_t length = std::min(beginning(), FileHead::most_bytes);
  return length == 0 ? FileHead() : FileHead{length, hashes_[length]};
}

/// How many bytes of the beginning are known.
std::uint64_t FileKinship::beginning() {
  if (std::exchange(is_loaded_, true)) return hashes_.size() - 1;
  const auto bytes = FileBytes::open(found_.path, bounds_);
  const auto read =
      bytes ? (*bytes)->head(FileHead::most_bytes + 1) : Result<std::string>(std::string());
  const std::string_view text = read ? std::string_view(*read) : std::string_view();
  hashes_.push_back(head_of({}).hash);
  for (const char c : text) hashes_.push_back(hash_after(hashes_.back(), c));
  first_line_bytes_ = std::min(text.find('\n'), text.size());
  return hashes_.size() - 1;
}

std::optional<FoundFile> find_rotated(const FileMark& mark, const FileBounds& bounds) {
  const std::filesystem::path path(mark.path);
  const std::string stem = rotation_stem(path.filename().string());
  std::error_code failure;
  std::vector<FoundFile> candidates;
  for (std::filesystem::directory_iterator entry(path.parent_path(), failure), end;
       !failure && entry != end; entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (name == path.filename() || rotation_stem(name) != stem) continue;
    for (FoundFile& file : find_files({entry->path().string()})) {
      if (file.inode == mark.inode && FileKinship(file, bounds).begins_as(mark.head))
        return std::move(file);
      candidates.push_back(std::move(file));
    }
  }
  std::ranges::sort(candidates, {}, &FoundFile::path);
  for (FoundFile& file : candidates)
    if (FileKinship(file, bounds).is_file_of(mark)) return std::move(file);
  return std::nullopt;
}

}  // namespace bellwether::ingest
