#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether {

/// A query of a user, cut where `:from` and `:to` stand for the bounds of an interval.
///
/// Both are only looked for in SQL itself: not in literals ('...', E'...', $tag$...$tag$), quoted
/// names and comments; `ts::from` is a cast. Semicolons at the end are left out.
class SqlQuery {
 public:
  enum class Bound : std::uint8_t { none, from, to };

  /// Text, and the bound that follows it.
  struct Piece {
    std::string text;
    Bound bound = Bound::none;

    bool operator==(const Piece&) const = default;
  };

  /// Errors   invalid_input: one of the bounds is missing, a literal or comment is left open, or
  ///          more than one statement is given.
  static Result<SqlQuery> parse(std::string_view text);

  const std::vector<Piece>& pieces() const { return pieces_; }

  /// The query with `$1` for `:from` and `$2` for `:to`.
  std::string with_numbered_parameters() const;

 private:
  std::vector<Piece> pieces_;
};

/// The parts of a table's name, `schema.table` or `"Odd.Schema".table`. Parts are taken as written,
/// letter case included; double quotes are needed around a dot or a quote (doubled) only.
///
/// Errors   invalid_input: an empty part, an open quote, more than three parts.
Result<std::vector<std::string>> parse_sql_name(std::string_view text);

}  // namespace bellwether
