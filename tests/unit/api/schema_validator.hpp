#pragma once

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "bellwether/base/time.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/node.hpp"

namespace bellwether::api {

/// Checks a value against the part of JSON Schema that our document uses. An object must not have
/// members that its schema does not name: what the server says, the document must tell.
class SchemaValidator {
 public:
  /// `components` is the map of schemas that `$ref` points into; it outlives the validator.
  explicit SchemaValidator(const document::Node& components) : components_(components) {}

  /// What does not fit, each with its path.
  std::vector<std::string> check(const document::Node& value, const document::Node& schema) {
    faults_.clear();
    visit(value, schema, "$");
    return faults_;
  }

 private:
  using Node = document::Node;

  static std::string type_of(const Node& value) {
    if (value.is_null()) return "null";
    if (value.as<bool>() != nullptr) return "boolean";
    if (value.as<std::string>() != nullptr) return "string";
    if (value.as<Node::List>() != nullptr) return "array";
    if (value.as<Node::Map>() != nullptr) return "object";
    return value.as<double>() != nullptr ? "number" : "integer";
  }

  static bool is_of_type(const Node& value, const std::string& type) {
    return type_of(value) == type || (type == "number" && type_of(value) == "integer");
  }

  void fault(const std::string& path, const std::string& what) {
    faults_.push_back(path + ": " + what);
  }

  void visit(const Node& value, const Node& schema, const std::string& path) {
    if (const Node* reference = schema.find("$ref")) {
      const std::string name = *reference->as<std::string>();
      const Node* target = components_.find(name.substr(name.rfind('/') + 1));
      if (target == nullptr) return fault(path, "the schema refers to nothing: " + name);
      return visit(value, *target, path);
    }
    check_type(value, schema, path);
    check_words(value, schema, path);
    if (const Node* choices = schema.find("oneOf")) check_one_of(value, *choices, path);
    if (const auto* list = value.as<Node::List>())
      if (const Node* items = schema.find("items"))
        for (std::size_t i = 0; i < list->size(); ++i)
          visit((*list)[i], *items, path + "[" + std::to_string(i) + "]");
    if (const auto* map = value.as<Node::Map>()) check_members(*map, schema, path);
  }

  void check_type(const Node& value, const Node& schema, const std::string& path) {
    const Node* type = schema.find("type");
    if (type == nullptr) return;
    bool fits = false;
    if (const auto* one = type->as<std::string>()) fits = is_of_type(value, *one);
    if (const auto* several = type->as<Node::List>())
      for (const Node& one : *several) fits = fits || is_of_type(value, *one.as<std::string>());
    if (!fits) fault(path, "is " + type_of(value) + ", not " + document::to_json(*type));
  }

  void check_words(const Node& value, const Node& schema, const std::string& path) {
    if (const Node* choices = schema.find("enum"))
      if (std::ranges::find(*choices->as<Node::List>(), value) == choices->as<Node::List>()->end())
        fault(path, document::to_json(value) + " is none of " + document::to_json(*choices));
    if (const Node* constant = schema.find("const"))
      if (!(*constant == value)) fault(path, "is not " + document::to_json(*constant));
    const auto* text = value.as<std::string>();
    if (text == nullptr) return;
    if (const Node* format = schema.find("format"))
      if (*format == Node("date-time") && !parse_rfc3339(*text))
        fault(path, "is no time: " + *text);
    if (const Node* pattern = schema.find("pattern"))
      if (!std::regex_search(*text, std::regex(*pattern->as<std::string>())))
        fault(path, *text + " does not match " + *pattern->as<std::string>());
  }

  void check_one_of(const Node& value, const Node& choices, const std::string& path) {
    std::size_t fitting = 0;
    for (const Node& choice : *choices.as<Node::List>())
      fitting += SchemaValidator(components_).check(value, choice).empty() ? 1 : 0;
    if (fitting != 1) fault(path, "fits " + std::to_string(fitting) + " of the choices");
  }

  void check_members(const Node::Map& map, const Node& schema, const std::string& path) {
    const Node* properties = schema.find("properties");
    const Node* others = schema.find("additionalProperties");
    for (const auto& [name, member] : map) {
      const Node* own = properties != nullptr ? properties->find(name) : nullptr;
      if (own != nullptr) {
        visit(member, *own, path + "." + name);
      } else if (others == nullptr && properties != nullptr) {
        fault(path + "." + name, "is not in the schema");
      } else if (others != nullptr && others->as<Node::Map>() != nullptr) {
        visit(member, *others, path + "." + name);
      }
    }
    const Node* required = schema.find("required");
    if (required == nullptr) return;
    for (const Node& name : *required->as<Node::List>())
      if (Node(map).find(*name.as<std::string>()) == nullptr)
        fault(path, "lacks " + *name.as<std::string>());
  }

  const Node& components_;
  std::vector<std::string> faults_;
};

}  // namespace bellwether::api
