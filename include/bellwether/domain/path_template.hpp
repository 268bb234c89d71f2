#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/time_zone.hpp"

namespace bellwether {

/// A path with date keys in double braces, filled in with an interval's start:
///
///     live/{{yyyyMMdd}}/{{HHmm}}/        live/20260320/0800/
///     data/intvl_date={{yyyy-MM-dd}}/    data/intvl_date=2026-03-20/
///
/// The letters are those of Java's SimpleDateFormat, in English: `y` year (`yy`: two digits), `Y`
/// year of the week, which begins on Sunday and belongs to the year it ends in, `M` month (`MMM`:
/// Mar, `MMMM`: March), `d` day, `H` hour 0-23, `k` 1-24, `K` 0-11, `h` 1-12, `a` AM or PM, `m`
/// minute, `s` second. As many letters, as many digits at least. Quoted text stands for itself.
class PathTemplate {
 public:
  /// Errors   invalid_input: another letter, which it names, an empty key, braces or quotes left
  ///          open.
  static Result<PathTemplate> compile(std::string_view text);

  /// The path for the interval that begins at `start`, in local time.
  std::string render(TimePoint start, const TimeZone& zone) const;

 private:
  struct Piece {
    char letter = 0;  ///< 0: literal text.
    std::size_t width = 0;
    std::string literal;
  };

  Result<void> add_key(std::string_view key);
  void add_literal(std::string_view text);

  std::vector<Piece> pieces_;
};

}  // namespace bellwether
