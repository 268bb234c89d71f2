#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bellwether::document {

/// The word among `words` that someone most likely meant by `typed`; empty when none is near.
std::string nearest_word(std::string_view typed, const std::vector<std::string>& words);

}  // namespace bellwether::document
