#pragma once

#include "bellwether/document/node.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::api::native {

/// A delivery with its groups' outlines alone: pages of whole groups would be large.
document::Node write_delivery_outline(const Delivery& delivery);

}  // namespace bellwether::api::native
