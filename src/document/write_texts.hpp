#pragma once

#include <map>
#include <string>
#include <vector>

#include "bellwether/document/node.hpp"

namespace bellwether::document {

inline Node write_texts(const std::vector<std::string>& texts) {
  Node::List list(texts.begin(), texts.end());
  return list;
}

inline Node write_texts(const std::map<std::string, std::string>& texts) {
  return Node::Map(texts.begin(), texts.end());
}

inline Node write_texts(const std::map<std::string, std::vector<std::string>>& lists) {
  Node::Map map;
  for (const auto& [name, texts] : lists) map.emplace_back(name, write_texts(texts));
  return map;
}

}  // namespace bellwether::document
