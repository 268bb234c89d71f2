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

}  // namespace bellwether::document
