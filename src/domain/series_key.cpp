#include "bellwether/domain/series_key.hpp"

#include "bellwether/base/ids.hpp"

namespace bellwether {

std::string to_string(const SeriesKey& key) {
  std::string text = key.measure + "{";
  for (const auto& [dimension, value] : key.dimensions) {
    if (text.back() != '{') text += ',';
    text.append(dimension).append("=").append(value);
  }
  return text + "}";
}

std::string series_id(const std::string& detector, const SeriesKey& key) {
  // Lengths before the texts keep {a=b,c} and {a,b=c} apart, whatever characters values hold.
  std::string text = "series";
  const auto append = [&text](const std::string& part) {
    text.append(std::to_string(part.size())).append(":").append(part);
  };
  append(detector);
  append(key.measure);
  for (const auto& [dimension, value] : key.dimensions) {
    append(dimension);
    append(value);
  }
  return stable_uuid(text);
}

}  // namespace bellwether
