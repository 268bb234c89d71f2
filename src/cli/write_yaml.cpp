#include "write_yaml.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>

#include "bellwether/base/printable_text.hpp"
#include "bellwether/document/json.hpp"

namespace bellwether::cli {

using document::Node;

namespace {

/// Whether `text` means itself in YAML without quotes: no number, boolean, null, date or indicator.
/// Refusing too much only costs a pair of quotes.
bool is_plain(std::string_view text) {
  constexpr std::array words{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::find(words.begin(), words.end(), lower) != words.end()) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

/// A scalar, or an empty list or map. JSON's form of these is YAML too.
std::string to_scalar(const Node& node) {
  const auto* text = node.as<std::string>();
  if (text == nullptr) return document::to_json(node);
  // For people; `--json` has the value to the letter.
  return is_plain(*text) ? *text : document::to_json(Node(printable_lines(*text)));
}

bool is_block(const Node& node) {
  if (const auto* list = node.as<Node::List>()) return !list->empty();
  if (const auto* map = node.as<Node::Map>()) return !map->empty();
  return false;
}

bool is_list_of_scalars(const Node& node) {
  const auto* list = node.as<Node::List>();
  return list != nullptr && std::none_of(list->begin(), list->end(), is_block);
}

std::string to_flow(const Node::List& list) {
  std::string text = "[";
  for (const auto& item : list) text += (text.size() > 1 ? ", " : "") + to_scalar(item);
  return text + "]";
}

void write_block(const Node& node, std::size_t indent, std::string& yaml);

void write_map(const Node::Map& map, std::size_t indent, std::string& yaml) {
  bool is_first = true;
  for (const auto& [key, value] : map) {
    // The first key of a map in a list stands behind the list's dash.
    if (!is_first || yaml.empty() || yaml.back() == '\n') yaml.append(indent, ' ');
    is_first = false;
    yaml += to_scalar(Node(key)) + ":";
    if (is_list_of_scalars(value)) {
      yaml += " " + to_flow(*value.as<Node::List>()) + "\n";
    } else if (is_block(value)) {
      yaml += "\n";
      write_block(value, indent + 2, yaml);
    } else {
      yaml += " " + to_scalar(value) + "\n";
    }
  }
}

void write_list(const Node::List& list, std::size_t indent, std::string& yaml) {
  for (const auto& item : list) {
    yaml.append(indent, ' ');
    yaml += "- ";
    if (is_list_of_scalars(item)) {
      yaml += to_flow(*item.as<Node::List>()) + "\n";
    } else if (is_block(item)) {
      write_block(item, indent + 2, yaml);
    } else {
      yaml += to_scalar(item) + "\n";
    }
  }
}

void write_block(const Node& node, std::size_t indent, std::string& yaml) {
  if (const auto* map = node.as<Node::Map>()) {
    write_map(*map, indent, yaml);
  } else if (const auto* list = node.as<Node::List>()) {
    write_list(*list, indent, yaml);
  }
}

}  // namespace

std::string to_yaml(const Node& node) {
  if (!is_block(node)) return to_scalar(node) + "\n";
  std::string yaml;
  write_block(node, 0, yaml);
  return yaml;
}

}  // namespace bellwether::cli
