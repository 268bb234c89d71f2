#pragma once

#include <vector>

#include "bellwether/document/section.hpp"
#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether::document {

// The parts of a group that other documents hold too.

Node write_root_causes(const std::vector<RootCause>& causes);
Node write_related(const std::vector<RelatedMeasure>& related);
AnomalyGroup read_group_section(Section& section);

}  // namespace bellwether::document
