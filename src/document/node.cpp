#include "bellwether/document/node.hpp"

#include <algorithm>
#include <limits>

namespace bellwether::document {

Node::Node(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    value_ = static_cast<std::int64_t>(value);
  } else {
    value_ = value;
  }
}

const Node* Node::find(std::string_view key) const {
  const auto* map = as<Map>();
  if (map == nullptr) return nullptr;
  const auto entry = std::ranges::find(*map, key, &Map::value_type::first);
  return entry == map->end() ? nullptr : &entry->second;
}

Node& Node::set(std::string_view key, Node entry) & {
  if (is_null()) value_ = Map{};
  auto& map = std::get<Map>(value_);
  const auto place = std::ranges::find(map, key, &Map::value_type::first);
  if (place != map.end()) {
    place->second = std::move(entry);
  } else {
    map.emplace_back(std::string(key), std::move(entry));
  }
  return *this;
}

Node& Node::append(Node entry) {
  if (is_null()) value_ = List{};
  std::get<List>(value_).push_back(std::move(entry));
  return *this;
}

}  // namespace bellwether::document
