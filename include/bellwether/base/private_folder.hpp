#pragma once

#include <optional>
#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether {

/// Makes a folder that only its owner may enter (mode 0700), with the folders above it; those have
/// the mode that the process's umask gives. One that is there is left as it is.
///
/// Errors   unavailable: it cannot be made; forbidden: it belongs to another user, who could read
///          and change what is put into it.
Result<void> make_private_folder(const std::string& path);

/// What to tell the owner when other users may look into a folder of ours: `'data' can be entered
/// by other users (mode 0755); ...`.
std::optional<std::string> warn_of_open_folder(const std::string& path);

/// The same for a file that holds a secret, such as a key. A group may read one that belongs to
/// root, as Debian's group ssl-cert does.
std::optional<std::string> warn_of_open_file(const std::string& path);

}  // namespace bellwether
