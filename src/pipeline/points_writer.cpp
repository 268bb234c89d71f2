#include "points_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace bellwether::pipeline {
namespace {

void append_field(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

template <class Number>
void append_number(std::string& line, Number value) {
  line += ',';
  if (std::isnan(value)) return;
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  line.append(text.data(), end);
}

}  // namespace

PointsWriter::PointsWriter(const DetectorSpec& spec, std::ostream& out) : spec_(spec), out_(out) {
  line_ = "timestamp,measure";
  for (const auto& dimension : spec.dimensions) {
    line_ += ',';
    append_field(line_, dimension);
  }
  out_ << line_ << ",value,expected,lower,upper,severity\n";
}

void PointsWriter::write(const Frame& frame, const ScoredFrame& scored,
                         const Dictionary& dictionary) {
  const std::string time = to_rfc3339(frame.start);
  for (std::size_t measure = 0; measure < spec_.measures.size(); ++measure) {
    const auto& values = frame.measures[measure].values;
    const auto& scores = scored.measures[measure];
    for (std::size_t series = 0; series < values.size(); ++series) {
      // An absence that was judged is shown, without a value.
      if (std::isnan(values[series]) && std::isnan(scores.severity[series])) continue;
      line_ = time;
      line_ += ',';
      append_field(line_, spec_.measures[measure].column);
      const auto ids = dictionary.combination(static_cast<SeriesIndex>(series));
      for (std::size_t i = 0; i < ids.size(); ++i) {
        line_ += ',';
        append_field(line_, dictionary.value_text(i, ids[i]));
      }
      append_number(line_, values[series]);
      append_number(line_, scores.expected[series]);
      append_number(line_, scores.lower[series]);
      append_number(line_, scores.upper[series]);
      append_number(line_, scores.severity[series]);
      line_ += '\n';
      out_ << line_;
    }
  }
}

}  // namespace bellwether::pipeline
