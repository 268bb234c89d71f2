#include "message_words.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace bellwether::sinks {
namespace {

constexpr double critical_from = 90;
constexpr double error_from = 70;
constexpr double warning_from = 50;

std::string digits_of(double value, std::chars_format format, int precision) {
  std::array<char, 64> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, format, precision).ptr;
  return {text.data(), end};
}

std::string measure_text(const News& news, const std::string& detector) {
  return news.measure.empty() ? detector : news.measure + " of " + detector;
}

}  // namespace

std::string_view severity_word(double severity) {
  if (severity >= critical_from) return "critical";
  if (severity >= error_from) return "error";
  return severity >= warning_from ? "warning" : "info";
}

std::string severity_text(double severity) {
  std::string text = digits_of(severity, std::chars_format::fixed, 1);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "no value";
  // In `general` so few digits turn whole numbers from a million on into powers of ten.
  if (value == std::round(value) && std::abs(value) < 1e9)
    return digits_of(value == 0 ? 0 : value, std::chars_format::fixed, 0);
  return digits_of(value, std::chars_format::general, 6);
}

std::string dimensions_text(const std::map<std::string, std::string>& dimensions) {
  std::string text;
  for (const auto& [name, value] : dimensions)
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  return text.empty() ? "everything" : text;
}

std::string headline(const News& news, const std::string& detector) {
  const std::string begin = "Anomaly in " + measure_text(news, detector);
  const std::string severity = severity_text(news.group.severity);
  switch (news.event) {
    case GroupEvent::opened:
      return begin + ", severity " + severity;
    case GroupEvent::escalated:
      return begin + " has grown, severity " + severity;
    case GroupEvent::amended:
      return begin + " was corrected, severity " + severity;
    case GroupEvent::closed:
      return begin + " is over";
    case GroupEvent::withdrawn:
      return begin + " was withdrawn";
  }
  return begin;
}

std::string series_text(const GroupSeries& series) {
  std::string text = dimensions_text(series.key.dimensions) + ": ";
  text +=
      series.reason == Reason::stopped_reporting ? "stopped reporting" : number_text(series.value);
  if (!std::isfinite(series.expected)) return text;
  text += ", expected " + number_text(series.expected);
  if (std::isfinite(series.lower) && std::isfinite(series.upper))
    text += " (" + number_text(series.lower) + " to " + number_text(series.upper) + ")";
  return text;
}

std::string root_cause_text(const RootCause& cause) {
  return dimensions_text(cause.dimensions) + " explains " + severity_text(cause.explained_percent) +
         " % of " + cause.measure;
}

std::string group_link(const std::string& public_url, const AnomalyGroup& group) {
  return public_url.empty() ? "" : public_url + "/anomalies/" + group.id;
}

}  // namespace bellwether::sinks
