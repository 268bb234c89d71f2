#include "email_words.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "bellwether/base/printable_text.hpp"
#include "bellwether/document/markup.hpp"

#include "aws_time.hpp"
#include "cut_text.hpp"
#include "message_words.hpp"
#include "news.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_series_told = 10;
constexpr std::size_t max_groups_told = 20;

/// Values come with the data: one may hold line breaks, behind which it could say what it likes.
constexpr std::size_t max_line_units = 1000;

/// A part of what is said of a group: a heading and lines below it.
struct Paragraph {
  std::string heading;
  std::vector<std::string> lines;
};

struct Story {
  std::string headline;
  std::vector<Paragraph> paragraphs;
  std::string link;  ///< Empty where there is none.
};

std::string time_text(TimePoint time, const std::string& timezone) {
  return to_english_text(time, timezone) + " " + timezone;
}

Paragraph when_of(const AnomalyGroup& group, const Notification& notification) {
  const std::string& timezone = notification.timezone;
  Paragraph when{"When", {time_text(group.start, timezone)}};
  if (group.end > group.start) when.lines.front() += " to " + time_text(group.end, timezone);
  when.lines.front() += " (start of the interval";
  if (group.end > group.start) when.lines.front() += "s";
  when.lines.front() += " of " + to_string(notification.interval) + ")";
  return when;
}

Paragraph measures_of(const AnomalyGroup& group) {
  Paragraph measures{"Measures", {}};
  for (const GroupMeasure& measure : group.measures)
    measures.lines.push_back(measure.measure + ": severity " + severity_text(measure.severity) +
                             ", " + std::to_string(measure.series_count) +
                             (measure.series_count == 1 ? " series" : " series in all"));
  return measures;
}

Paragraph series_of(const AnomalyGroup& group) {
  Paragraph series{"Series", {}};
  const std::size_t told = std::min(group.series.size(), max_series_told);
  for (std::size_t i = 0; i < told; ++i)
    series.lines.push_back(group.series[i].key.measure + ", " + series_text(group.series[i]));
  if (group.series_total > told)
    series.lines.push_back("and " + std::to_string(group.series_total - told) + " more");
  return series;
}

Paragraph root_causes_of(const AnomalyGroup& group) {
  Paragraph causes{"Root causes", {}};
  for (const RootCause& cause : group.root_causes) causes.lines.push_back(root_cause_text(cause));
  return causes;
}

Story tell(const News& news, const Notification& notification, const std::string& public_url) {
  Story story{printable_text(headline(news, notification.detector)),
              {},
              group_link(public_url, news.group)};
  for (Paragraph& paragraph :
       std::vector{when_of(news.group, notification), measures_of(news.group),
                   series_of(news.group), root_causes_of(news.group)})
    if (!paragraph.lines.empty()) story.paragraphs.push_back(std::move(paragraph));
  for (Paragraph& paragraph : story.paragraphs)
    for (std::string& line : paragraph.lines) line = cut_text(line, max_line_units);
  return story;
}

std::vector<Story> tell_all(const Notification& notification, const std::string& public_url) {
  std::vector<Story> stories;
  for (const News& news : news_of(notification)) {
    if (stories.size() == max_groups_told) break;
    stories.push_back(tell(news, notification, public_url));
  }
  return stories;
}

std::string more_groups(const Notification& notification) {
  const std::size_t groups = notification.others.size() + 1;
  if (groups <= max_groups_told) return "";
  return "And " + std::to_string(groups - max_groups_told) + " more anomalies.";
}

std::string footer(const Notification& notification) {
  std::string text = "Sent by alert '" + notification.alert + "'";
  if (!notification.alert_description.empty()) text += " (" + notification.alert_description + ")";
  return printable_text(text + " of detector '" + notification.detector + "'. Delivery " +
                        notification.delivery_id + ".");
}

constexpr std::string_view sample_note = "This is a test that someone asked for. Nothing happened.";

std::string element(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + document::escape_markup(text) + "</" + std::string(name) +
         ">\n";
}

std::string html_of(const Story& story) {
  std::string html = element("h2", story.headline);
  for (const Paragraph& paragraph : story.paragraphs) {
    html += element("h3", paragraph.heading) + "<ul>\n";
    for (const std::string& line : paragraph.lines) html += element("li", line);
    html += "</ul>\n";
  }
  if (!story.link.empty())
    html +=
        "<p><a href=\"" + document::escape_markup(story.link) + "\">Look at the anomaly</a></p>\n";
  return html;
}

}  // namespace

std::string make_email_text(const Notification& notification, const std::string& public_url) {
  std::string text;
  if (notification.is_test) text.append(sample_note).append("\n\n");
  for (const Story& story : tell_all(notification, public_url)) {
    text += story.headline + "\n\n";
    for (const Paragraph& paragraph : story.paragraphs) {
      text += paragraph.heading + "\n";
      for (const std::string& line : paragraph.lines) text += "  - " + line + "\n";
      text += "\n";
    }
    if (!story.link.empty()) text += story.link + "\n\n";
  }
  if (const std::string more = more_groups(notification); !more.empty()) text += more + "\n\n";
  return text + "-- \n" + footer(notification) + "\n";
}

std::string make_email_html(const Notification& notification, const std::string& public_url) {
  std::string html = "<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"></head>\n<body>\n";
  if (notification.is_test) html += element("p", sample_note);
  for (const Story& story : tell_all(notification, public_url)) html += html_of(story);
  if (const std::string more = more_groups(notification); !more.empty()) html += element("p", more);
  return html + "<hr>\n" + element("small", footer(notification)) + "</body>\n</html>\n";
}

}  // namespace bellwether::sinks
