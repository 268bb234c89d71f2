#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether::net {

std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view message);  ///< 32 raw bytes.
std::string base64_encode(std::string_view bytes);
Result<std::string> base64_decode(std::string_view text);

/// Takes the same time wherever the texts differ.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace bellwether::net
