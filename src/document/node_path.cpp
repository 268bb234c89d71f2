#include "node_path.hpp"

#include <charconv>

namespace bellwether::document {
namespace {

/// Whether a step of a path may end before `rest`.
bool ends_step(std::string_view rest) {
  return rest.empty() || rest.front() == '.' || rest.front() == '[';
}

/// Takes `[3]` off the front of `path` and gives that entry.
const Node* step_into_list(const Node::List& list, std::string_view& path) {
  const std::size_t close = path.find(']');
  if (!path.starts_with('[') || close == std::string_view::npos) return nullptr;
  std::size_t index = 0;
  const auto read = std::from_chars(path.data() + 1, path.data() + close, index);
  if (read.ec != std::errc() || index >= list.size()) return nullptr;
  path.remove_prefix(close + 1);
  return &list[index];
}

/// Takes a key off the front of `path` and gives its entry. Keys may hold dots and brackets
/// themselves, so it is the map that says where the key ends: the longest that fits.
const Node* step_into_map(const Node::Map& map, std::string_view& path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  const Node* found = nullptr;
  std::size_t length = 0;
  for (const auto& [key, node] : map) {
    if (path.starts_with(key) && ends_step(path.substr(key.size())) &&
        (found == nullptr || key.size() > length)) {
      found = &node;
      length = key.size();
    }
  }
  path.remove_prefix(length);
  return found;
}

}  // namespace

std::string join_path(const std::string& path, std::string_view field) {
  if (path.empty() || field.empty() || field.front() == '[') return path + std::string(field);
  return path + "." + std::string(field);
}

bool is_below(std::string_view path, std::string_view above) {
  return path.starts_with(above) && path.size() > above.size() &&
         (above.empty() || ends_step(path.substr(above.size())));
}

Node::Mark mark_at(const Node& node, std::string_view path) {
  const Node* at = &node;
  while (!path.empty()) {
    const Node* next = nullptr;
    if (const auto* list = at->as<Node::List>()) next = step_into_list(*list, path);
    if (const auto* map = at->as<Node::Map>()) next = step_into_map(*map, path);
    if (next == nullptr) break;
    at = next;
  }
  return at->mark;
}

}  // namespace bellwether::document
