#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/lesson.hpp"

namespace bellwether::store {

// What the models were taught with one interval (docs/formats/store.md).

std::string encode_lessons(const std::vector<Lesson>& lessons);
Result<std::vector<Lesson>> decode_lessons(IntervalIndex interval, std::string_view record);

}  // namespace bellwether::store
