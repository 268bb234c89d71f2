#include "bellwether/document/body_template.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/base/printable_text.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/markup.hpp"

#include "body_template_compiler.hpp"
#include "nearest_word.hpp"

namespace bellwether::document {
namespace {

/// The value as people write it: texts without quotes, whole numbers without a point.
std::string plain_text(const Node& value) {
  if (value.is_null()) return "";
  if (const auto* text = value.as<std::string>()) return *text;
  std::string text = to_json(value);
  if (value.as<double>() != nullptr && text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "null" ? "" : text;  // What is no number.
}

std::string escape(std::string text) {
  const std::string quoted = to_json(Node(std::move(text)));
  return quoted.substr(1, quoted.size() - 2);
}

std::string write(const Node& value, BodyTemplate::Filter filter) {
  using Filter = BodyTemplate::Filter;
  if (filter == Filter::json) return to_json(value);
  if (filter == Filter::raw) return plain_text(value);
  std::string text = printable_text(plain_text(value));
  if (filter == Filter::escape) return escape(std::move(text));
  if (filter == Filter::url) return percent_encode(text);
  if (filter == Filter::markup) return escape_markup(text);
  return text;
}

const Node* step_into(const Node& node, const std::variant<std::string, std::size_t>& step) {
  if (const auto* key = std::get_if<std::string>(&step)) return node.find(*key);
  const auto* list = node.as<Node::List>();
  const std::size_t place = std::get<std::size_t>(step);
  return list != nullptr && place < list->size() ? &(*list)[place] : nullptr;
}

std::string unknown_key(const std::string& key, const Node& map) {
  std::vector<std::string> known;
  for (const auto& [name, entry] : *map.as<Node::Map>()) known.push_back(name);
  const std::string meant = nearest_word(key, known);
  if (!meant.empty()) return "'" + key + "' is not known; did you mean '" + meant + "'?";
  std::string all;
  for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
  return "'" + key + "' is not known; there are " + all;
}

}  // namespace

Result<BodyTemplate> BodyTemplate::compile(std::string_view text, Filter default_filter) {
  if (text.size() > max_bytes)
    return invalid_input("is longer than " + std::to_string(max_bytes >> 10U) + " KiB");
  BodyTemplate made;
  made.text_ = text;
  if (auto read = Compiler(made, default_filter).run(); !read) return read.error();
  return made;
}

Result<void> BodyTemplate::check_paths(const Node& shape) const {
  for (const auto& piece : pieces_)
    if (const auto* placeholder = std::get_if<Placeholder>(&piece))
      if (auto checked = check_path(*placeholder, shape); !checked) return checked;
  return ok();
}

Result<void> BodyTemplate::check_path(const Placeholder& placeholder, const Node& shape) const {
  static const Node text_of_any_key("");
  const Node* at = &shape;
  for (const Step& step : placeholder.path) {
    const auto* list = at->as<Node::List>();
    const auto* map = at->as<Node::Map>();
    const auto* key = std::get_if<std::string>(&step);
    if (list == nullptr && map == nullptr)
      return error_at(placeholder.offset, "the path goes on beyond a plain value");
    if (list != nullptr && key != nullptr)
      return error_at(placeholder.offset,
                      "'" + *key + "' follows a list; say which of its entries, as in [0]");
    if (map != nullptr && key == nullptr)
      return error_at(placeholder.offset, "only lists have places; give a key instead of [" +
                                              std::to_string(std::get<std::size_t>(step)) + "]");
    if (list != nullptr) {
      at = &list->front();
    } else if (map->empty()) {
      at = &text_of_any_key;
    } else if (const Node* next = at->find(*key)) {
      at = next;
    } else {
      return error_at(placeholder.offset, unknown_key(*key, *at));
    }
  }
  return ok();
}

std::string BodyTemplate::render(const Node& document) const {
  static const Node nothing;
  std::string body;
  for (const auto& piece : pieces_) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      body += *literal;
      continue;
    }
    const auto& placeholder = std::get<Placeholder>(piece);
    const Node* value = &document;
    for (const Step& step : placeholder.path)
      if (value != nullptr) value = step_into(*value, step);
    body += write(value == nullptr ? nothing : *value, placeholder.filter);
  }
  return body;
}

Error BodyTemplate::error_at(std::size_t offset, const std::string& message) const {
  const std::string_view before = std::string_view(text_).substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t line_begin = before.rfind('\n') + 1;  // 0 where there is none.
  return invalid_input("line " + std::to_string(line) + ", column " +
                       std::to_string(offset - line_begin + 1) + ": " + message);
}

}  // namespace bellwether::document
