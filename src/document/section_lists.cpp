#include "bellwether/document/section.hpp"

namespace bellwether::document {
namespace {

const Node::Map empty_map;

std::string at(std::string_view key, std::size_t index) {
  return std::string(key) + "[" + std::to_string(index) + "]";
}

}  // namespace

bool Section::optional(std::string_view key, std::vector<std::string>& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  return read_texts(key, *node, target);
}

bool Section::read_texts(std::string_view field, const Node& node,
                         std::vector<std::string>& target) {
  static const Node::List empty;
  const auto* list = node.is_null() ? &empty : node.as<Node::List>();
  if (list == nullptr) {
    problem(field, "must be a list, such as [a, b]");
    return false;
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto text = scalar_text((*list)[i]);
    if (!text) {
      problem(at(field, i), "must be text");
      return false;
    }
    texts.push_back(std::move(*text));
  }
  target = std::move(texts);
  return true;
}

bool Section::optional(std::string_view key,
                       std::map<std::string, std::vector<std::string>>& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  const auto* map = node->is_null() ? &empty_map : node->as<Node::Map>();
  if (map == nullptr) {
    problem(key, "must be a map of lists, such as { marketplace: [US, CA] }");
    return false;
  }
  std::map<std::string, std::vector<std::string>> lists;
  bool is_good = true;
  for (const auto& [name, entry] : *map) {
    const std::string field = std::string(key) + "." + name;
    is_good = read_texts(field, entry, lists[name]) && is_good;
  }
  if (is_good) target = std::move(lists);
  return is_good;
}

bool Section::optional(std::string_view key, std::map<std::string, std::string>& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  const auto* map = node->is_null() ? &empty_map : node->as<Node::Map>();
  if (map == nullptr) {
    problem(key, "must be a map, such as { marketplace: US }");
    return false;
  }
  std::map<std::string, std::string> texts;
  bool is_good = true;
  for (const auto& [name, entry] : *map) {
    const auto text = scalar_text(entry);
    if (!text) problem(std::string(key) + "." + name, "must be text");
    is_good = is_good && text.has_value();
    if (text) texts[name] = *text;
  }
  if (is_good) target = std::move(texts);
  return is_good;
}

}  // namespace bellwether::document
