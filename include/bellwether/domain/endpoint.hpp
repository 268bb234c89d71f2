#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/problem.hpp"

namespace bellwether {

/// Notes what is wrong with a URL that stands in the open: it is `http://` or `https://`, and holds
/// neither a user nor a password, which would be shown with it, nor a fragment. `cure` completes
/// "must not hold a user or password, which would be shown; ".
void check_url(Problems& problems, const std::string& field, std::string_view url,
               std::string_view cure);

/// The same for the address of a service, which is scheme, host and port alone. Empty is right: the
/// service's own address stands for it.
void check_endpoint(Problems& problems, const std::string& field, std::string_view url);

}  // namespace bellwether
