#include "bellwether/document/section.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bellwether/document/json.hpp"

#include "nearest_word.hpp"
#include "node_path.hpp"

namespace bellwether::document {
namespace {

constexpr std::size_t max_unknown_keys = 20;
constexpr std::size_t max_noted = 200;
constexpr double largest_exact_whole = 9007199254740992.0;

/// A null is read as a map without keys, what is no map likewise once it has been complained about.
const Node empty_map{Node::Map{}};

std::optional<std::uint64_t> whole_number(const Node& node) {
  if (const auto* number = node.as<std::int64_t>(); number != nullptr && *number >= 0)
    return static_cast<std::uint64_t>(*number);
  if (const auto* number = node.as<std::uint64_t>()) return *number;
  if (const auto* number = node.as<double>(); number != nullptr && *number >= 0 &&
                                              *number <= largest_exact_whole &&
                                              std::floor(*number) == *number)
    return static_cast<std::uint64_t>(*number);
  return std::nullopt;
}

std::optional<double> finite_number(const Node& node) {
  if (const auto* number = node.as<std::int64_t>()) return static_cast<double>(*number);
  if (const auto* number = node.as<std::uint64_t>()) return static_cast<double>(*number);
  if (const auto* number = node.as<double>(); number != nullptr && std::isfinite(*number))
    return *number;
  return std::nullopt;
}

std::string one_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

}  // namespace

std::optional<std::string> scalar_text(const Node& node) {
  if (const auto* text = node.as<std::string>()) return *text;
  if (node.is_null() || node.as<Node::List>() != nullptr || node.as<Node::Map>() != nullptr)
    return std::nullopt;
  return node.spelling.empty() ? to_json(node) : node.spelling;
}

Section::Section(const Node& node, std::string path, Problems& problems, KnownPaths* known_paths)
    : node_(node.as<Node::Map>() != nullptr ? node : empty_map),
      path_(std::move(path)),
      problems_(problems),
      known_paths_(known_paths),
      first_problem_(problems.size()) {
  if (node.as<Node::Map>() == nullptr && !node.is_null())
    problems_.push_back(
        {path_, "must be a map of keys and values", node.mark.line, node.mark.column});
}

bool Section::has(std::string_view key) const { return node_.find(key) != nullptr; }

std::string Section::path_of(std::string_view key) const { return join_path(path_, key); }

const Node* Section::find_known(std::string_view key) {
  if (std::ranges::find(known_keys_, key) == known_keys_.end()) known_keys_.emplace_back(key);
  if (known_paths_ != nullptr) known_paths_->insert(path_of(key));
  return node_.find(key);
}

const Node* Section::raw(std::string_view key) { return find_known(key); }

bool Section::optional(std::string_view key, std::string& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  if (const auto* text = node->as<std::string>()) {
    target = *text;
    return true;
  }
  problem(key, scalar_text(*node) ? "must be text; put it in quotes" : "must be text");
  return false;
}

bool Section::optional(std::string_view key, bool& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  if (const auto* value = node->as<bool>()) {
    target = *value;
    return true;
  }
  problem(key, "must be true or false");
  return false;
}

bool Section::optional(std::string_view key, double& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  if (const auto number = finite_number(*node)) {
    target = *number;
    return true;
  }
  problem(key, "must be a number");
  return false;
}

bool Section::optional(std::string_view key, std::uint64_t& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  if (const auto number = whole_number(*node)) {
    target = *number;
    return true;
  }
  problem(key, "must be a whole number, zero or more");
  return false;
}

bool Section::optional(std::string_view key, Duration& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  if (whole_number(*node) == 0U) {
    target = Duration(0);
    return true;
  }
  const auto* text = node->as<std::string>();
  if (text == nullptr) {
    problem(key, "must be a duration with its unit, such as 30s, 5m, 1h or 1d");
    return false;
  }
  const auto duration = parse_duration(*text);
  if (duration) {
    target = *duration;
    return true;
  }
  problem(key, duration.error().message);
  return false;
}

bool Section::optional(std::string_view key, TimePoint& target) {
  const Node* node = find_known(key);
  if (node == nullptr) return false;
  const auto* text = node->as<std::string>();
  if (text == nullptr) {
    problem(key, "must be a time, such as 2026-03-20T08:00:00Z");
    return false;
  }
  const auto time = parse_rfc3339(*text);
  if (time) {
    target = *time;
    return true;
  }
  problem(key, time.error().message);
  return false;
}

bool Section::child(std::string_view key, const std::function<void(Section&)>& read) {
  const Node* node = find_known(key);
  if (node == nullptr && known_paths_ == nullptr) return false;
  Section section(node != nullptr ? *node : empty_map, path_of(key), problems_, known_paths_);
  if (node != nullptr && !node->is_null() && node->as<Node::Map>() == nullptr) return false;
  read(section);
  return true;
}

bool Section::children(std::string_view key, const std::function<void(Section&)>& read) {
  const Node* node = find_known(key);
  if (known_paths_ != nullptr) {
    Section section(empty_map, path_of(key) + "[]", problems_, known_paths_);
    read(section);
  }
  if (node == nullptr || node->is_null()) return false;
  const auto* list = node->as<Node::List>();
  if (list == nullptr) {
    problem(key, "must be a list of maps");
    return false;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (has_enough_problems()) break;
    const std::size_t before = problems_.size();
    Section section((*list)[i], path_of(key) + "[" + std::to_string(i) + "]", problems_,
                    known_paths_);
    // A reader of something that is no map would only complain of missing keys. It is still
    // called, so that what it fills keeps step with the list.
    const bool is_map = problems_.size() == before;
    read(section);
    if (!is_map) problems_.resize(before + 1);
  }
  return true;
}

void Section::refuse(std::string_view key, std::string message) {
  if (!has(key)) return;
  refused_keys_.emplace_back(key);
  problem(key, std::move(message));
}

void Section::refuse_unknown_keys() {
  std::size_t unknown = 0;
  for (const auto& [key, node] : *node_.as<Node::Map>()) {
    if (std::ranges::find(known_keys_, key) != known_keys_.end() ||
        std::ranges::find(refused_keys_, key) != refused_keys_.end())
      continue;
    if (++unknown > max_unknown_keys) {
      problem("", "holds too many unknown keys to list them all");
      return;
    }
    std::string message = "unknown key '" + key + "'";
    if (const std::string meant = nearest_word(key, known_keys_); !meant.empty()) {
      message.append("; did you mean '").append(meant).append("'?");
      forget_missing(meant);
      misspelt_keys_.push_back(path_of(meant));
    } else if (!known_keys_.empty()) {
      message.append("; known keys are ").append(one_of(known_keys_));
    }
    const Node::Mark mark = node.key_mark;
    problems_.push_back({path_of(key), std::move(message), mark.line, mark.column});
  }
}

/// A key that was only misspelt is not missing as well.
void Section::forget_missing(const std::string& key) {
  const auto begin = problems_.begin() + static_cast<std::ptrdiff_t>(first_problem_);
  problems_.erase(std::remove_if(begin, problems_.end(),
                                 [&, field = path_of(key)](const Problem& noted) {
                                   return noted.field == field &&
                                          noted.message.starts_with("is missing");
                                 }),
                  problems_.end());
}

void Section::problem(std::string_view key, std::string message) {
  const Node::Mark mark = mark_at(node_, key);
  problems_.push_back({path_of(key), std::move(message), mark.line, mark.column});
}

void Section::missing(std::string_view key, std::string_view hint) {
  problem(key, hint.empty() ? "is missing" : "is missing; " + std::string(hint));
}

bool Section::is_refused(const std::string& field) const {
  if (std::ranges::find(misspelt_keys_, field) != misspelt_keys_.end()) return true;
  return std::any_of(problems_.begin() + static_cast<std::ptrdiff_t>(first_problem_),
                     problems_.end(), [&](const Problem& noted) {
                       return noted.field == field || is_below(field, noted.field) ||
                              is_below(noted.field, field);
                     });
}

bool Section::has_enough_problems() const {
  // Whoever has that much to mend needs no more, and comparing all with all would take its time.
  return problems_.size() - first_problem_ > max_noted;
}

void Section::add(const Problems& found) {
  if (has_enough_problems()) return;
  for (const Problem& one : found) {
    if (!one.field.empty() && is_refused(path_of(one.field))) continue;
    problem(one.field, one.message);
  }
}

}  // namespace bellwether::document
