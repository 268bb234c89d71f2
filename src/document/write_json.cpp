#include <array>
#include <charconv>
#include <cmath>

#include "bellwether/base/utf8.hpp"
#include "bellwether/document/json.hpp"

namespace bellwether::document {
namespace {

/// Written by hand and not by a library: groups and deliveries must be the same bytes in every
/// release, and `to_chars` is the one writer of doubles that promises the fewest digits.
class JsonWriter {
 public:
  explicit JsonWriter(bool is_pretty) : is_pretty_(is_pretty) {}

  void write(const Node& node) {
    std::visit([this](const auto& value) { put(value); }, node.value());
  }

  std::string take() { return std::move(text_); }

 private:
  void put(std::nullptr_t) { text_ += "null"; }
  void put(bool value) { text_ += value ? "true" : "false"; }
  void put(std::int64_t value) { put_number(value); }
  void put(std::uint64_t value) { put_number(value); }

  void put(double value) {
    if (!std::isfinite(value)) {
      text_ += "null";
      return;
    }
    const std::size_t begin = text_.size();
    put_number(value);
    // Without a point or an exponent it would read back as a whole number.
    if (text_.find_first_of(".e", begin) == std::string::npos) text_ += ".0";
  }

  void put(const std::string& value) {
    text_ += '"';
    for (std::string_view rest = value; !rest.empty();) {
      const std::size_t length = utf8_character_length(rest);
      if (length == 0) {
        text_ += "\xef\xbf\xbd";  // U+FFFD stands for a byte that is no text.
      } else if (length == 1) {
        put_ascii(rest.front());
      } else {
        text_ += rest.substr(0, length);
      }
      rest.remove_prefix(length == 0 ? 1 : length);
    }
    text_ += '"';
  }

  void put(const Node::List& list) {
    text_ += '[';
    ++depth_;
    for (const Node& node : list) {
      separate('[');
      write(node);
    }
    close(']', list.empty());
  }

  void put(const Node::Map& map) {
    text_ += '{';
    ++depth_;
    for (const auto& [key, node] : map) {
      separate('{');
      put(key);
      text_ += is_pretty_ ? ": " : ":";
      write(node);
    }
    close('}', map.empty());
  }

  template <class T>
  void put_number(T value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  }

  void put_ascii(char c) {
    static constexpr std::string_view hex = "0123456789abcdef";
    static constexpr std::string_view short_names = "\"\\\b\f\n\r\t";
    static constexpr std::string_view short_letters = "\"\\bfnrt";
    const auto byte = static_cast<unsigned char>(c);
    if (const auto name = short_names.find(c); name != std::string_view::npos) {
      text_.append({'\\', short_letters[name]});
    } else if (byte < 0x20 || byte == 0x7f) {
      text_.append("\\u00").append({hex[byte >> 4U], hex[byte & 15U]});
    } else {
      text_ += c;
    }
  }

  void separate(char opening) {
    if (text_.back() != opening) text_ += ',';
    break_line();
  }

  void close(char bracket, bool is_empty) {
    --depth_;
    if (!is_empty) break_line();
    text_ += bracket;
  }

  void break_line() {
    if (is_pretty_) text_.append("\n").append(2 * depth_, ' ');
  }

  bool is_pretty_;
  std::size_t depth_ = 0;
  std::string text_;
};

std::string write(const Node& node, bool is_pretty) {
  JsonWriter writer(is_pretty);
  writer.write(node);
  return writer.take();
}

}  // namespace

std::string to_json(const Node& node) { return write(node, false); }

std::string to_pretty_json(const Node& node) { return write(node, true); }

}  // namespace bellwether::document
