#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/time_zone.hpp"

namespace bellwether::ingest {

/// A compiled timestamp pattern: SimpleDateFormat letters `y M d D H h k K m s S a E z Z X` with
/// quoted literals, or one of the words UNIX, UNIX_SECONDS, UNIX_MS, RFC3339.
///
/// A zone in the text wins over the detector's. UNIX takes values above 94694400000 as
/// milliseconds.
///
/// Threads  any, once compiled.
/// Cost     parsing allocates only for its error.
class TimestampFormat {
 public:
  /// Errors   invalid_input: an unknown letter, an hour `hh` without `a`, an open quote, no year.
  static Result<TimestampFormat> compile(std::string_view pattern, TimeZone zone);

  Result<TimePoint> parse(std::string_view text) const;

  const std::string& pattern() const { return pattern_; }

 private:
  struct Piece {
    char letter = 0;         ///< A pattern letter, or 0 for literal text.
    std::uint8_t width = 0;  ///< How often the letter stood there.
    std::string literal;
  };

  std::string pattern_;
  TimeZone zone_;
  std::vector<Piece> pieces_;
};

}  // namespace bellwether::ingest
