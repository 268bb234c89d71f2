#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellwether/base/text_hash.hpp"
#include "bellwether/domain/dictionary.hpp"

namespace bellwether::ingest {

/// A dimension value's number within an aggregator, from 1; 0 stands for any value. It exists
/// before the dictionary, which grows at an interval's close, has heard of the value.
using LocalId = std::uint32_t;
inline constexpr LocalId any_local = 0;

/// Numbers dimension values in order of first sight and knows which are in the dictionary.
class LocalValues {
 public:
  /// `dictionary` outlives it and is grown by it alone.
  explicit LocalValues(Dictionary& dictionary);

  /// The numbers of values met before, in rows or in the dictionary; `any_local` for one that is
  /// new.
  void find_each(std::size_t dimension, std::span<const std::string> texts,
                 std::vector<LocalId>& found);

  /// Numbers a value that `find_each` did not find.
  LocalId add(std::size_t dimension, std::string_view text);

  /// One more than the highest number given so far.
  std::size_t count(std::size_t dimension) const { return dimensions_[dimension].value_ids.size(); }

  /// `any_value` while the dictionary has not heard of it.
  ValueId value_id(std::size_t dimension, LocalId id) const;

  const std::string& text(std::size_t dimension, LocalId id) const;

  void sort_by_text(std::size_t dimension, std::vector<LocalId>& ids) const;

  /// Puts the value into the dictionary, if it is not there.
  void settle(std::size_t dimension, LocalId id);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return text_hash(text); }
  };
  struct Dimension {
    std::vector<ValueId> value_ids;         ///< By LocalId.
    std::vector<LocalId> local_ids;         ///< By ValueId; 0 where no row had the value yet.
    std::vector<const std::string*> texts;  ///< By LocalId, of those not in the dictionary.
    std::unordered_map<std::string, LocalId, TextHash, std::equal_to<>> unsettled;
  };

  LocalId number_of(Dimension& dimension, ValueId value);
  static void join(Dimension& dimension, LocalId local, ValueId value);

  Dictionary& dictionary_;
  std::vector<Dimension> dimensions_;
  std::vector<ValueId> value_ids_;  ///< Of the texts at hand.
};

}  // namespace bellwether::ingest
