#pragma once

#include "bellwether/document/node.hpp"
#include "bellwether/document/section.hpp"
#include "bellwether/domain/acknowledgement.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/connection_spec.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/silence.hpp"
#include "bellwether/domain/sink_spec.hpp"

namespace bellwether::document {

// What users write, in the field names of the YAML configuration; the same over HTTP and in the
// store. Each reader notes every problem in the section, unknown keys and the spec's own `validate`
// included. Each writer gives what its reader reads back as an equal spec.

DetectorSpec read_detector(Section& section);
Node write_detector(const DetectorSpec& spec);

ConnectionSpec read_connection(Section& section);
Node write_connection(const ConnectionSpec& connection);

AlertSpec read_alert(Section& section);
Node write_alert(const AlertSpec& spec);

SinkSpec read_sink(Section& section);
Node write_sink(const SinkSpec& spec);

/// A dimension's one value may stand without a list: `{ marketplace: US }`.
Silence read_silence(Section& section);
Node write_silence(const Silence& silence);

Acknowledgement read_acknowledgement(Section& section);
Node write_acknowledgement(const Acknowledgement& acknowledgement);

}  // namespace bellwether::document
