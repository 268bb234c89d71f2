#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
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
/// leaves its target as it was, so reading goes on and one pass finds every mistake. Where a map or
/// list is wanted, null is an empty one (`http:` says as much as `http: {}`).
class Section {
 public:
  /// Paths of the keys that were asked for, `alerts[].filters.measures`.
  using KnownPaths = std::set<std::string>;

  /// `path` is where this map stands ("alerts[2]"; empty for the whole). `node` and `problems`
  /// outlive it. With `known_paths` nothing need be there: every child is visited once, to learn
  /// all keys a reader knows.
  Section(const Node& node, std::string path, Problems& problems,
          KnownPaths* known_paths = nullptr);

  bool has(std::string_view key) const;

  // Each returns whether the key was there and of the right type.
  bool optional(std::string_view key, std::string& target);
  bool optional(std::string_view key, bool& target);
  bool optional(std::string_view key, double& target);
  bool optional(std::string_view key, std::uint64_t& target);
  bool optional(std::string_view key, Duration& target);   ///< `30s`, `1h`
  bool optional(std::string_view key, TimePoint& target);  ///< RFC 3339

  // In lists and maps of texts, numbers and booleans stand for what was written: `[1, US]`.
  bool optional(std::string_view key, std::vector<std::string>& target);
  bool optional(std::string_view key, std::map<std::string, std::vector<std::string>>& target);
  bool optional(std::string_view key, std::map<std::string, std::string>& target);

  /// `hint` completes "is missing; ".
  template <class T>
  bool required(std::string_view key, T& target, std::string_view hint = "") {
    if (!has(key)) missing(key, hint);
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

  /// Refuses a key with more to say than that it is unknown.
  void refuse(std::string_view key, std::string message);

  void refuse_unknown_keys();

  /// Notes a problem at `key` (or at the map itself when empty). `key` may go deeper:
  /// `measures[0].column`.
  void problem(std::string_view key, std::string message);
  void missing(std::string_view key, std::string_view hint = "");

  /// Takes over what a `validate` found, with this section's path and each field's place in the
  /// text. What concerns a value that was refused already is left out: nothing was read there.
  void add(const Problems& found);

  const std::string& path() const { return path_; }

 private:
  const Node* find_known(std::string_view key);
  bool read_texts(std::string_view field, const Node& node, std::vector<std::string>& target);
  std::string path_of(std::string_view key) const;
  void forget_missing(const std::string& key);
  bool is_refused(const std::string& field) const;
  bool has_enough_problems() const;

  const Node& node_;
  std::string path_;
  Problems& problems_;
  KnownPaths* known_paths_;
  std::size_t first_problem_;
  std::vector<std::string> known_keys_;
  std::vector<std::string> refused_keys_;
  std::vector<std::string> misspelt_keys_;
};

/// The text of a string, or how a number or boolean was written; nothing for any other value.
std::optional<std::string> scalar_text(const Node& node);

}  // namespace bellwether::document
