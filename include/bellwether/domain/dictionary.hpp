#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/domain/series_key.hpp"

namespace bellwether {

/// A dimension value's number within its dimension, from 1; `any_value` stands for `*`.
using ValueId = std::uint32_t;
inline constexpr ValueId any_value = 0;

/// A combination's place in every column of its detector's frames, from 0 without gaps.
using SeriesIndex = std::uint32_t;

/// Which dimensions a combination fixes, as bits from dimension 0 up.
using DimensionMask = std::uint32_t;

/// Gives every dimension value a small number and every combination of them a place in the frame.
///
/// Order    only grows; numbers are given in the order of first sight.
/// Threads  one writer; no reader meanwhile.
/// Cost     O(1) per look-up; about 45 bytes per value, and its text if it is longer than 15; 8 + 4
///          x dimensions per series.
class Dictionary {
 public:
  /// How far it had grown at some moment, to persist what came since.
  struct Size {
    std::vector<std::size_t> values;  ///< Per dimension.
    std::size_t series = 0;

    bool operator==(const Size&) const = default;
  };

  explicit Dictionary(std::vector<std::string> dimension_names);

  std::size_t dimension_count() const { return dimensions_.size(); }
  const std::string& dimension_name(std::size_t dimension) const;
  std::optional<std::size_t> dimension_named(std::string_view name) const;

  ValueId add_value(std::size_t dimension, std::string_view text);
  std::optional<ValueId> find_value(std::size_t dimension, std::string_view text) const;
  /// The same for many texts, `any_value` for one that is not there; quicker where the dictionary
  /// is far larger than the caches.
  void find_values(std::size_t dimension, std::span<const std::string> texts,
                   std::span<ValueId> found) const;
  /// `*` for `any_value`.
  const std::string& value_text(std::size_t dimension, ValueId id) const;
  std::size_t value_count(std::size_t dimension) const;

  /// `combination` has one id per dimension, `any_value` where it is rolled up.
  SeriesIndex add_series(std::span<const ValueId> combination);
  std::optional<SeriesIndex> find_series(std::span<const ValueId> combination) const;
  std::span<const ValueId> combination(SeriesIndex series) const;
  DimensionMask mask(SeriesIndex series) const;
  bool is_leaf(SeriesIndex series) const;
  std::size_t series_count() const { return series_count_; }

  /// The name of `series` for one measure, in words.
  SeriesKey key(SeriesIndex series, const std::string& measure) const;

  Size extent() const;

 private:
  /// A place of a table of values: the hash spares most looks at texts.
  struct ValueSlot {
    std::uint32_t hash = 0;
    ValueId id = any_value;  ///< `any_value`: free.
  };
  struct Dimension {
    std::string name;
    std::deque<std::string> texts;  ///< By id; [0] is "*". A deque moves nothing when it grows.
    std::vector<ValueSlot> slots;   ///< Open addressing over texts; power of two.
  };

  static std::size_t find_value_slot(const Dimension& dimension, std::uint32_t hash,
                                     std::string_view text);
  static void grow_value_slots(Dimension& dimension);
  std::size_t find_slot(std::span<const ValueId> combination) const;
  void grow_slots();

  std::vector<Dimension> dimensions_;
  std::vector<ValueId> combinations_;  ///< series_count x dimension_count.
  std::vector<SeriesIndex> slots_;     ///< Open addressing over combinations_; power of two.
  std::size_t series_count_ = 0;
};

}  // namespace bellwether
