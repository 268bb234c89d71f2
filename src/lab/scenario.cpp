#include "bellwether/lab/scenario.hpp"

#include <charconv>
#include <cmath>

#include "scenario_makers.hpp"

namespace bellwether::lab {
namespace {

/// As the detector's timestamp format says; the scenarios use these two.
std::string time_text(const DetectorSpec& spec, TimePoint time) {
  std::string text = to_rfc3339(time);
  if (spec.timestamp.format == "RFC3339") return text;
  text[10] = ' ';  // yyyy-MM-dd HH:mm:ss
  text.pop_back();
  return text;
}

/// The shortest text that reads back as the same number.
void append_number(std::string& text, double value) {
  char digits[32];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr;
  text.append(digits, end);
}

std::string csv_header(const DetectorSpec& spec, bool with_labels) {
  std::string text = spec.timestamp.column;
  for (const auto& dimension : spec.dimensions) text.append(",").append(dimension);
  for (const auto& measure : spec.measures) {
    text.append(",").append(measure.column);
    if (with_labels) text.append(",").append(measure.column).append("_label");
  }
  return text + "\n";
}

void append_csv_row(std::string& text, const DetectorSpec& spec, const LabelledRow& row,
                    bool with_labels) {
  text += time_text(spec, row.time);
  for (const auto& value : row.dimensions) text.append(",").append(value);
  for (std::size_t i = 0; i < row.measures.size(); ++i) {
    text += ',';
    append_number(text, row.measures[i]);
    if (with_labels) text.append(row.labels[i] ? ",1" : ",0");
  }
  text += '\n';
}

void append_json_row(std::string& text, const DetectorSpec& spec, const LabelledRow& row) {
  text.append("{\"").append(spec.timestamp.column).append("\":\"");
  text.append(time_text(spec, row.time)).append("\"");
  for (std::size_t i = 0; i < row.dimensions.size(); ++i)
    text.append(",\"").append(spec.dimensions[i]).append("\":\"").append(row.dimensions[i]) += '"';
  for (std::size_t i = 0; i < row.measures.size(); ++i) {
    text.append(",\"").append(spec.measures[i].column).append("\":");
    append_number(text, row.measures[i]);
  }
  text += "}\n";
}

std::string write_csv(const Scenario& scenario, bool with_labels) {
  std::string text = csv_header(scenario.detector, with_labels);
  for (const auto& row : scenario.rows) append_csv_row(text, scenario.detector, row, with_labels);
  return text;
}

}  // namespace

Result<Scenario> make_scenario(std::string_view name, std::uint64_t seed) {
  if (name == "ecommerce") return make_ecommerce(seed);
  if (name == "airquality") return make_airquality(seed);
  if (name == "adtech") return make_adtech(seed);
  return invalid_input("there is no scenario '" + std::string(name) +
                       "'; use ecommerce, airquality or adtech");
}

std::vector<std::string> scenario_names() { return {"adtech", "airquality", "ecommerce"}; }

std::string write_rows(const Scenario& scenario) {
  if (!scenario.is_json) return write_csv(scenario, false);
  std::string text;
  for (const auto& row : scenario.rows) append_json_row(text, scenario.detector, row);
  return text;
}

std::string write_labels(const Scenario& scenario) { return write_csv(scenario, true); }

}  // namespace bellwether::lab
