#include "native/write_delivery_outline.hpp"

#include <utility>

#include "bellwether/document/group_documents.hpp"

namespace bellwether::api::native {

using document::GroupDetail;
using document::Node;

Node write_delivery_outline(const Delivery& delivery) {
  Delivery outline = delivery;
  outline.notification.group.series.clear();
  outline.notification.others.clear();
  Node node = document::write_delivery(outline);
  node.set("anomaly", document::write_group(delivery.notification.group, GroupDetail::summary));
  if (delivery.notification.others.empty()) return node;
  Node::List others;
  for (const GroupNews& other : delivery.notification.others)
    others.push_back(Node()
                         .set("event", to_string(other.event))
                         .set("measure", other.measure)
                         .set("anomaly", document::write_group(other.group, GroupDetail::summary)));
  node.set("others", std::move(others));
  return node;
}

}  // namespace bellwether::api::native
