#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/dictionary.hpp"

namespace bellwether::store {

/// What a dictionary gained between `before` and now: its new values and series, in order.
std::string encode_growth(const Dictionary& dictionary, const Dictionary::Size& before);

/// Adds a growth to the dictionary it grew from.
///
/// Errors   corrupt: it does not decode, or does not follow on what the dictionary holds.
Result<void> apply_growth(std::string_view record, Dictionary& dictionary);

/// The size a growth starts from and the one it ends at, without a dictionary at hand.
struct GrowthExtent {
  Dictionary::Size before;
  Dictionary::Size after;
};
Result<GrowthExtent> decode_growth_extent(std::string_view record);

}  // namespace bellwether::store
