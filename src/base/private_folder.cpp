#include "bellwether/base/private_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace bellwether {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_alone = S_IRWXU;
constexpr mode_t group_and_others = S_IRWXG | S_IRWXO;

std::string octal(mode_t mode) {
  std::array<char, 8> digits{};
  std::snprintf(digits.data(), digits.size(), "%04o", mode & 07777U);
  return digits.data();
}

Result<void> make_missing(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error).lexically_normal();
  const fs::path place = whole.has_filename() ? whole : whole.parent_path();
  if (!error) fs::create_directories(place.parent_path(), error);
  if (error) return unavailable(error.message());
  if (::mkdir(place.c_str(), owner_alone) != 0 && errno != EEXIST)
    return unavailable(std::generic_category().message(errno));
  return ok();
}

}  // namespace

Result<void> make_private_folder(const std::string& path) {
  if (auto made = make_missing(path); !made) return made;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return unavailable(std::generic_category().message(errno));
  if (!S_ISDIR(found.st_mode)) return unavailable("it is no directory");
  if (found.st_uid != ::geteuid())
    return Error{ErrorCode::forbidden,
                 "it belongs to user " + std::to_string(found.st_uid) + " and this is user " +
                     std::to_string(::geteuid()) +
                     "; run as its owner, change the owner, or name a folder below it"};
  return ok();
}

std::optional<std::string> warn_of_open_folder(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || (found.st_mode & group_and_others) == 0)
    return std::nullopt;
  return "'" + path + "' can be entered by other users (mode " + octal(found.st_mode) +
         "); take that away with: chmod 700 '" + path + "'";
}

std::optional<std::string> warn_of_open_file(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  const mode_t too_much =
      found.st_uid == 0 ? group_and_others & ~mode_t{S_IRGRP} : group_and_others;
  if ((found.st_mode & too_much) == 0) return std::nullopt;
  return "'" + path + "' is open to other users (mode " + octal(found.st_mode) +
         "); take that away with: chmod 600 '" + path + "'";
}

}  // namespace bellwether
