#include "aws_texts.hpp"

#include <cstddef>
#include <string_view>

#include "bellwether/base/printable_text.hpp"
#include "bellwether/document/json.hpp"

#include "aws_message.hpp"
#include "aws_time.hpp"
#include "batch.hpp"
#include "cut_text.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_short_text_bytes = 1600;
constexpr std::size_t max_subject_bytes = 100;
constexpr std::size_t max_others_told = 50;

/// Values come with the data: one may hold line breaks, behind which it could say what it likes.
constexpr std::size_t max_value_units = 1000;

/// `77.3`, `91`
std::string score_text(double score) {
  std::string text = document::to_json(document::Node(score));
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

/// What follows "The anomaly detector X": the service knew the first alone.
std::string_view phrase_for(GroupEvent event) {
  switch (event) {
    case GroupEvent::opened:
      return "detected an anomaly in ";
    case GroupEvent::escalated:
      return "sees an anomaly growing in ";
    case GroupEvent::closed:
      return "saw the end of an anomaly in ";
    case GroupEvent::amended:
      return "corrected what it said of an anomaly in ";
    case GroupEvent::withdrawn:
      return "withdrew an anomaly in ";
  }
  return "";
}

std::string sentence_about(const Notification& notification) {
  return printable_text("The anomaly detector " + notification.detector + " " +
                        std::string(phrase_for(notification.event)) + measure_of(notification) +
                        " with a severity score of " + score_text(aws_score(notification)) +
                        " on " +
                        to_english_text(interval_start(notification), notification.timezone) + ".");
}

std::string first_line(const Notification& notification) {
  return std::string(notification.is_test ? "[TEST] " : "") + "[Amazon LookoutForMetrics] " +
         sentence_about(notification) + "\n";
}

/// `revenue for: jewellery, CA`: values by the names of their dimensions.
std::string graph_line(const GroupSeries& series) {
  std::string text = cut_text(series.key.measure, max_value_units);
  std::string_view separator = " for: ";
  for (const auto& [name, value] : series.key.dimensions) {
    text.append(separator).append(cut_text(value, max_value_units));
    separator = ", ";
  }
  return text + "\n\n";
}

std::string view_line(const Notification& notification, const AwsNames& names) {
  return "To view the anomaly, visit the Lookout for Metrics console at: " +
         aws_group_url(notification, names);
}

std::string lines_about_others(const Notification& notification, const AwsNames& names) {
  const auto all = each_group(notification);
  if (all.size() == 1) return "";
  std::string text = "At the same time:\n\n";
  for (std::size_t i = 1; i < all.size() && i <= max_others_told; ++i)
    text += sentence_about(all[i]) + " " + aws_group_url(all[i], names) + "\n\n";
  if (all.size() - 1 > max_others_told)
    text += "And " + std::to_string(all.size() - 1 - max_others_told) + " more.\n\n";
  return text;
}

/// At most `max_bytes` of a text, which ends with dots where it was longer.
std::string cut(const std::string& text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

std::string make_long_text(const Notification& notification, const AwsNames& names) {
  std::string text = first_line(notification);
  text += "Anomalous graphs were detected for the following:\n\n";
  for (const GroupSeries* series : relevant_series(notification)) text += graph_line(*series);
  text += lines_about_others(notification, names);
  text += view_line(notification, names) + "\n";
  return text + "To modify settings for this alert: " + names.console_url + "/#" +
         detector_arn(names, notification.detector) + "/alerts/alertDetails/" +
         alert_arn(names, notification.alert);
}

std::string make_short_text(const Notification& notification, const AwsNames& names) {
  std::string link = view_line(notification, names);
  if (const std::size_t others = notification.others.size(); others > 0)
    link = "At the same time: " + std::to_string(others) + " more.\n" + link;
  // Names are of any length, and a link cut short leads nowhere.
  if (link.size() + 1 >= max_short_text_bytes)
    return cut(first_line(notification), max_short_text_bytes);
  return cut(first_line(notification), max_short_text_bytes - link.size()) + link;
}

std::string make_subject(const Notification& notification) {
  std::string text = std::string(notification.is_test ? "[TEST] " : "") + "Anomaly in " +
                     measure_of(notification) + " (" + notification.detector + ") " +
                     std::string(to_string(notification.event)) + ": severity " +
                     score_text(aws_score(notification));
  if (const std::size_t others = notification.others.size(); others > 0)
    text += ", and " + std::to_string(others) + " more";
  std::string ascii;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xc0U) == 0x80U;
    if (!continues) ascii += byte >= 0x20 && byte < 0x7f ? c : '?';
  }
  return cut(ascii, max_subject_bytes);
}

}  // namespace bellwether::sinks
