#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/document/node.hpp"

namespace bellwether::document {

/// A text with placeholders for values of a document:
///
///     { "text": "{{ anomaly.primary_measure }} at {{ anomaly.series[0].value }}",
///       "causes": {{ anomaly.root_causes | json }} }
///
/// A path leads from key to key with dots, into lists with `[0]`, to keys with other characters
/// than letters, digits, `_` and `-` with `['...']`. A value that is not there is no text at all.
/// Lists and maps are written as JSON. After `|` stands how a value is written:
///
///     json       as a JSON value: texts in quotes, null for what is not there
///     escape     as it stands between the quotes of a JSON text
///     url        percent-encoded, for forms and addresses
///     html, xml  with `&`, `<`, `>` and both quotes as references
///     text       as people read it
///     raw        to the letter
///
/// Values come from whoever writes the rows. `json` and `raw` keep every character of theirs; the
/// others are for people to read and go through `printable_text`. There are no loops and no
/// conditions.
class BodyTemplate {
 public:
  enum class Filter : std::uint8_t { json, escape, url, markup, text, raw };

  static constexpr std::size_t max_bytes = 64U << 10U;

  /// Errors   invalid_input: "line 2, column 9: ...", for what is no placeholder.
  static Result<BodyTemplate> compile(std::string_view text, Filter default_filter);

  /// Whether every path leads somewhere in documents that are built like `shape`: a list there
  /// stands for one of any length, an empty map for one with any keys and texts.
  ///
  /// Errors   invalid_input, as above, with the key that was probably meant.
  Result<void> check_paths(const Node& shape) const;

  std::string render(const Node& document) const;

 private:
  using Step = std::variant<std::string, std::size_t>;  ///< A key, or a place in a list.

  struct Placeholder {
    std::vector<Step> path;
    Filter filter = Filter::text;
    std::size_t offset = 0;  ///< Of the path in the template.
  };

  class Compiler;

  Error error_at(std::size_t offset, const std::string& message) const;
  Result<void> check_path(const Placeholder& placeholder, const Node& shape) const;

  std::string text_;  ///< Kept for the places of mistakes.
  std::vector<std::variant<std::string, Placeholder>> pieces_;
};

/// Whether bodies of this type are JSON: `application/json`, `application/vnd.x+json;
/// charset=utf-8`.
bool is_json_type(std::string_view content_type);

/// How values are written in bodies of a type where the template does not say: `escape` for JSON,
/// `url` for forms, `html` or `xml` for those, else `text`. Never `raw`: no value may become part
/// of what is around it.
BodyTemplate::Filter default_filter(std::string_view content_type);

/// A template of a webhook's body, over the document of the contract's section 7. Where its type is
/// JSON, that is what it makes of a sample.
///
/// Errors   invalid_input: a mistake in it, with its line and column.
Result<BodyTemplate> compile_webhook_template(std::string_view text, std::string_view content_type);

}  // namespace bellwether::document
