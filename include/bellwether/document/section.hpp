#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/document/node.hpp"

namespace bellwether::document {

/// Reads one map of a document into settings and notes everything that is wrong with it: missing
/// and unknown keys, wrong types, impossible values, each with its path and its place in the text.
///
/// A reader asks for each key it knows and ends with `refuse_unknown_keys`. A value that is wrong
/// leaves its target as it was, so reading goes on and one pass finds every mistake.
class Section {
 public:
  /// `path` is where this map stands ("alerts[2]"; empty for the whole). `node` and `problems`
  /// outlive it.
  Section(const Node& node, std::string path, Problems& problems);

  bool has(std::string_view key) const;

  // Each returns whether the key was there and of the right type.
  bool optional(std::string_view key, std::string& target);
  bool optional(std::string_view key, bool& target);
  bool optional(std::string_view key, double& target);
  bool optional(std::string_view key, std::uint64_t& target);
  bool optional(std::string_view key, Duration& target);   ///< `30s`, `1h`
  bool optional(std::string_view key, TimePoint& target);  ///< RFC 3339
  bool optional(std::string_view key, std::vector<std::string>& target);
  bool optional(std::string_view key, std::map<std::string, std::vector<std::string>>& target);
  bool optional(std::string_view key, std::map<std::string, std::string>& target);

  template <class T>
  bool required(std::string_view key, T& target) {
    if (!has(key)) missing(key);
    return optional(key, target);
  }

  /// Reads a word by its table: `parse` gives an optional of the enum, `choices` is for the error.
  template <class Parse, class Enum>
  bool choice(std::string_view key, Enum& target, Parse parse, std::string_view choices) {
    std::string word;
    if (!optional(key, word)) return false;
    if (const auto value = parse(word)) {
      target = *value;
      return true;
    }
    problem(key, "'" + word + "' is not known; use " + std::string(choices));
    return false;
  }

  /// Reads the map under `key` when it is there.
  bool child(std::string_view key, const std::function<void(Section&)>& read);

  /// Reads each map of the list under `key` when it is there.
  bool children(std::string_view key, const std::function<void(Section&)>& read);

  /// The value itself, for shapes of their own; counts as known from now on.
  const Node* raw(std::string_view key);

  void refuse_unknown_keys();

  /// Notes a problem at `key` (or at the map itself when empty).
  void problem(std::string_view key, std::string message);
  void missing(std::string_view key);

  /// Takes over what a `validate` found, with this section's path and each field's place in the
  /// text.
  void add(const Problems& found);

  const std::string& path() const { return path_; }

 private:
  const Node& node_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_keys_;
};

}  // namespace bellwether::document
