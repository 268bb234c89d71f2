#include <cstddef>
#include <iterator>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "bellwether/document/json.hpp"

namespace bellwether::document {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_message_length = 160;

/// Walks the text and leaves word of how far it got, which the library's events do not say.
class TrackedIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackedIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  TrackedIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  TrackedIterator operator++(int) {
    const TrackedIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const TrackedIterator& other) const { return at_ == other.at_; }
  bool operator!=(const TrackedIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

/// Builds the tree from the parser's events; holds the library's name for them, not ours.
class TreeBuilder : public nlohmann::json::json_sax_t {
 public:
  bool null() override { return add(Node()); }
  bool boolean(bool value) override { return add(Node(value)); }
  bool number_integer(number_integer_t value) override { return add(Node(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(Node(value)); }
  bool number_float(number_float_t value, const string_t& spelling) override {
    Node node(value);
    node.spelling = spelling;
    return add(std::move(node));
  }
  bool string(string_t& value) override { return add(Node(std::move(value))); }
  bool binary(binary_t&) override { return fail("binary values are not allowed"); }

  bool start_object(std::size_t) override { return open(Node(Node::Map{})); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Node(Node::List{})); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (!open_.back().keys.insert(name).second) return fail("key '" + name + "' is given twice");
    open_.back().next_key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    return fail(plain_words(error.what()));
  }

  Node take() { return std::move(root_); }
  const std::string& failure() const { return failure_; }

 private:
  struct Open {
    Node node;
    std::set<std::string> keys;
    std::string next_key;
  };

  /// Cuts the library's own counting of errors and places off its message.
  static std::string plain_words(std::string_view text) {
    if (const auto place = text.find(", column "); place != std::string_view::npos)
      text.remove_prefix(text.find(": ", place) + 2);
    else if (const auto number = text.find("] "); number != std::string_view::npos)
      text.remove_prefix(number + 2);
    return std::string(text);
  }

  bool open(Node node) {
    if (open_.size() == max_depth) return fail("nested deeper than 64 levels");
    open_.push_back({std::move(node), {}, {}});
    return true;
  }

  bool close() {
    Node done = std::move(open_.back().node);
    open_.pop_back();
    return add(std::move(done));
  }

  bool add(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (auto* list = std::get_if<Node::List>(&open_.back().node.value())) {
      list->push_back(std::move(node));
    } else {
      std::get<Node::Map>(open_.back().node.value())
          .emplace_back(std::move(open_.back().next_key), std::move(node));
    }
    return true;
  }

  bool fail(std::string message) {
    if (message.size() > max_message_length)
      message = message.substr(0, max_message_length) + "...";
    failure_ = std::move(message);
    return false;
  }

  Node root_;
  std::vector<Open> open_;
  std::string failure_;
};

Error refused(std::string_view text, std::size_t offset, const std::string& message) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (const char c : text.substr(0, offset)) {
    column = c == '\n' ? 1 : column + 1;
    if (c == '\n') ++line;
  }
  return invalid_input("line " + std::to_string(line) + ", column " + std::to_string(column) +
                       ": " + message);
}

}  // namespace

Result<Node> parse_json(std::string_view text) {
  // The library takes a zero byte for the end and would not look at what follows.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos)
    return refused(text, zero, "a zero byte is not allowed in JSON");
  const char* furthest = text.data();
  TreeBuilder builder;
  const TrackedIterator begin(text.data(), &furthest);
  const TrackedIterator end(text.data() + text.size(), &furthest);
  try {
    if (nlohmann::json::sax_parse(begin, end, &builder)) return builder.take();
  } catch (const std::exception& error) {
    return refused(text, static_cast<std::size_t>(furthest - text.data()), error.what());
  }
  // The character that was refused has been taken already.
  const auto taken = static_cast<std::size_t>(furthest - text.data());
  return refused(text, taken > 0 ? taken - 1 : 0, builder.failure());
}

}  // namespace bellwether::document
