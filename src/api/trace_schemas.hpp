#pragma once

namespace bellwether::api {

/// Component schemas of silences' windows, acknowledgements, traces and the audit.
extern const char* const trace_schemas;

}  // namespace bellwether::api
