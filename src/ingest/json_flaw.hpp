#pragma once

#include <string>

#include <simdjson.h>

namespace bellwether::ingest {

/// What a parser's complaint means for the person who wrote the text.
std::string json_flaw(simdjson::error_code error);

/// Whether nothing follows what was read of a document.
bool is_at_end(simdjson::ondemand::document& document);

}  // namespace bellwether::ingest
