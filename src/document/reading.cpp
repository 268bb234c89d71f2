#include "reading.hpp"

#include <limits>

namespace bellwether::document {
namespace {

constexpr std::size_t max_problems_told = 10;

bool is_null_at(Section& section, std::string_view key) {
  const Node* node = section.raw(key);
  return node != nullptr && node->is_null();
}

}  // namespace

Error to_error(const Problems& problems) {
  std::string text;
  for (std::size_t i = 0; i < problems.size() && i < max_problems_told; ++i) {
    if (i > 0) text += "; ";
    if (!problems[i].field.empty()) text += problems[i].field + ": ";
    text += problems[i].message;
  }
  if (problems.size() > max_problems_told) text += "; and more";
  return invalid_input(std::move(text));
}

void read_measurement(Section& section, std::string_view key, double& target) {
  const Node* node = section.raw(key);
  if (node != nullptr && node->is_null()) {
    target = std::numeric_limits<double>::quiet_NaN();
  } else if (node != nullptr && node->as<double>() != nullptr) {
    target = *node->as<double>();  // Not through JSON, so it may still be NaN itself.
  } else {
    section.required(key, target);
  }
}

void read_id(Section& section, std::string_view key, std::string& target) {
  if (!is_null_at(section, key)) section.optional(key, target);
}

}  // namespace bellwether::document
