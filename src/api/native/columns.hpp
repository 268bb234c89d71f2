#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <system_error>

namespace bellwether::api::native {

/// Appends `,"name":[...]` with one JSON text per index below `count`. Columns of many thousand
/// values are written straight to text; a tree of them would be ten times as large.
template <class WriteOne>
void append_column(std::string& json, std::string_view name, std::size_t count,
                   WriteOne write_one) {
  json.append(",\"").append(name).append("\":[");
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) json += ',';
    write_one(json, i);
  }
  json += ']';
}

/// Appends a number with the fewest digits that read back the same; null for what JSON lacks.
template <class Number>
void append_number(std::string& json, Number number) {
  if (!std::isfinite(number)) {
    json += "null";
    return;
  }
  char text[40];
  const auto [end, failure] = std::to_chars(text, text + sizeof text, number);
  json.append(text, end);
}

}  // namespace bellwether::api::native
