#include "bellwether/base/version.hpp"

namespace bellwether {

std::string_view version() { return BELLWETHER_VERSION; }

}  // namespace bellwether
