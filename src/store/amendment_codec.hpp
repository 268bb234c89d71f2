#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/amendment.hpp"

namespace bellwether::store {

// The records of what late rows brought to closed intervals (docs/formats/amendments.md). An
// amended interval has one heading and, per measure, a segment for every 64 neighbouring series of
// which one was amended.

inline constexpr std::size_t series_per_amended_segment = 64;

/// One of the times that rows were merged into an interval.
struct Revision {
  IntervalIndex taken_with = 0;  ///< The interval whose commit brought them.
  std::uint64_t rows = 0;

  bool operator==(const Revision&) const = default;
};

/// All revisions of an interval; the first makes revision 1 of what was scored.
std::string encode_revisions(const std::vector<Revision>& revisions);
Result<std::vector<Revision>> decode_revisions(std::string_view record);

/// What late rows have brought to 64 neighbouring series of one measure so far.
struct AmendedSegment {
  struct Place {
    std::uint64_t revision = 0;  ///< The interval's with which it last changed; 0: it never did.
    LateValue late;

    bool operator==(const Place&) const = default;
  };

  Aggregate aggregate = Aggregate::sum;
  std::array<Place, series_per_amended_segment> places;

  bool operator==(const AmendedSegment&) const = default;
};

std::string encode_amended_segment(const AmendedSegment& segment);
Result<AmendedSegment> decode_amended_segment(std::string_view record);

}  // namespace bellwether::store
