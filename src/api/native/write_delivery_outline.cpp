#include "native/write_delivery_outline.hpp"

#include "bellwether/document/group_documents.hpp"

namespace bellwether::api::native {

document::Node write_delivery_outline(const Delivery& delivery) {
  Delivery outline = delivery;
  outline.notification.group.series.clear();
  for (GroupNews& other : outline.notification.others) other.group.series.clear();
  document::Node node = document::write_delivery(outline);
  node.set("anomaly",
           document::write_group(delivery.notification.group, document::GroupDetail::summary));
  return node;
}

}  // namespace bellwether::api::native
