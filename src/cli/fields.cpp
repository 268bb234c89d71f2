#include "fields.hpp"

#include <cstdint>
#include <iomanip>
#include <sstream>

#include "bellwether/document/json.hpp"

namespace bellwether::cli {

using document::Node;

namespace {

std::string to_text(const Node& node) {
  if (node.is_null()) return "";
  if (const auto* text = node.as<std::string>()) return *text;
  const auto* list = node.as<Node::List>();
  if (list == nullptr) return document::to_json(node);
  std::string joined;
  for (const auto& item : *list) joined += (joined.empty() ? "" : ", ") + to_text(item);
  return joined;
}

}  // namespace

const Node& at(const Node& node, std::string_view path) {
  static const Node nothing;
  const auto* current = &node;
  while (current != nullptr && !path.empty()) {
    const auto dot = path.find('.');
    current = current->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return current == nullptr ? nothing : *current;
}

std::string text_at(const Node& node, std::string_view path) { return to_text(at(node, path)); }

std::string decimal_at(const Node& node, std::string_view path) {
  const auto& value = at(node, path);
  std::ostringstream text;
  text << std::fixed << std::setprecision(1);
  if (const auto* real = value.as<double>()) {
    text << *real;
  } else if (const auto* whole = value.as<std::int64_t>()) {
    text << static_cast<double>(*whole);
  }
  return text.str();
}

}  // namespace bellwether::cli
