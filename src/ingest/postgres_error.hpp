#pragma once

#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// What a failed statement means, by its SQLSTATE (PostgreSQL's manual, appendix A): unavailable
/// for what may pass, else invalid_input with a word on what would be right.
Error error_of_statement(std::string_view sqlstate, std::string_view message);

/// The same for a session that could not be opened or was lost, of which there is only a text.
Error error_of_session(std::string_view message);

}  // namespace bellwether::ingest
