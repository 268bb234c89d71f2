#pragma once

namespace bellwether::api {

/// Component schemas of alerts, silences and deliveries.
extern const char* const alert_schemas;

/// Of silences' windows, acknowledgements, traces and the audit.
extern const char* const trace_schemas;

}  // namespace bellwether::api
