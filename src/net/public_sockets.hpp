#pragma once

#include <optional>

#include <curl/curl.h>

#include "bellwether/net/private_address.hpp"

namespace bellwether::net {

/// Has a handle connect to public addresses alone. The last address that it was kept from is left
/// in `refused`, which outlives the transfer.
void refuse_private_targets(CURL* handle, std::optional<PrivateAddress>& refused);

}  // namespace bellwether::net
