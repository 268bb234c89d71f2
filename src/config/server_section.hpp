#pragma once

#include <vector>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/config/aws_settings.hpp"
#include "bellwether/document/section.hpp"

namespace bellwether::config {

/// Reads the `server` map; its access keys go where the rest of AWS is.
api::ApiSettings read_server(document::Section& section, std::vector<AccessKey>& access_keys);

}  // namespace bellwether::config
