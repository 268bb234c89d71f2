#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bellwether::document {

/// A value of a YAML or JSON text: the one tree that every document is read from and written to, so
/// that a detector means the same in the configuration file, over HTTP and in the store.
///
/// Order    map entries keep the order they were written in.
class Node {
 public:
  using List = std::vector<Node>;
  using Map = std::vector<std::pair<std::string, Node>>;
  using Value = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
                             List, Map>;

  /// Where in its text the value begins, from 1; 0 where it has none.
  struct Mark {
    int line = 0;
    int column = 0;

    bool operator==(const Mark&) const = default;
  };

  Node() : value_(nullptr) {}
  Node(bool value) : value_(value) {}               // NOLINT(google-explicit-constructor)
  Node(int value) : value_(std::int64_t{value}) {}  // NOLINT(google-explicit-constructor)
  Node(std::int64_t value) : value_(value) {}       // NOLINT(google-explicit-constructor)
  /// What fits is kept as signed, so that a number is equal to itself however it came here.
  Node(std::uint64_t value);                             // NOLINT(google-explicit-constructor)
  Node(double value) : value_(value) {}                  // NOLINT(google-explicit-constructor)
  Node(std::string value) : value_(std::move(value)) {}  // NOLINT
  Node(std::string_view value) : value_(std::string(value)) {}  // NOLINT
  Node(const char* value) : value_(std::string(value)) {}       // NOLINT
  Node(List value) : value_(std::move(value)) {}                // NOLINT
  Node(Map value) : value_(std::move(value)) {}                 // NOLINT

  const Value& value() const { return value_; }
  Value& value() { return value_; }

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&value_);
  }

  /// The entry of a map, or nothing when this is no map or has no such key.
  const Node* find(std::string_view key) const;

  /// Sets an entry of a map, at the end when it is new. A null node becomes a map.
  Node& set(std::string_view key, Node entry) &;
  Node&& set(std::string_view key, Node entry) && { return std::move(set(key, std::move(entry))); }

  /// Adds to a list. A null node becomes a list.
  Node& append(Node entry);

  Mark mark;      ///< Of the value itself.
  Mark key_mark;  ///< Of its key, in a map.

  /// How a number or boolean was written, where that is known: `007` and `1.50` are wanted as they
  /// stand when they turn out to be a dimension's values.
  std::string spelling;

  /// Marks and spelling do not count.
  bool operator==(const Node& other) const { return value_ == other.value_; }

 private:
  Value value_;
};

}  // namespace bellwether::document
