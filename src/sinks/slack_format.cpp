#include "slack_format.hpp"

#include <algorithm>

#include "bellwether/document/json.hpp"

#include "cut_text.hpp"
#include "message_words.hpp"
#include "news.hpp"
#include "slack_text.hpp"

namespace bellwether::sinks {
namespace {

using document::Node;

constexpr std::size_t max_header_units = 150;
constexpr std::size_t max_field_units = 2000;
constexpr std::size_t max_line_units = 400;
constexpr std::size_t max_link_units = 3000;
constexpr std::size_t max_series = 5;
constexpr std::size_t max_root_causes = 5;
constexpr std::size_t max_others = 20;  ///< Of a batch; each is a block.

Node plain(std::string text) {
  return Node().set("type", "plain_text").set("text", std::move(text));
}

/// Verbatim, so that nothing in a name becomes a link or a mention.
Node markup(std::string text) {
  return Node().set("type", "mrkdwn").set("text", std::move(text)).set("verbatim", true);
}

Node section(std::string text) {
  return Node().set("type", "section").set("text", markup(std::move(text)));
}

Node context_line(std::string text) {
  return Node().set("type", "context").set("elements", Node::List{markup(std::move(text))});
}

Node field(const std::string& name, const std::string& marked_up) {
  return markup("*" + name + "*\n" + marked_up);
}

/// What to show in notifications, and where blocks cannot be shown.
std::string title_of(const std::vector<News>& all, const Notification& notification) {
  const std::string title = headline(all.front(), notification.detector);
  const std::string rest =
      all.size() == 1 ? "" : " (and " + std::to_string(all.size() - 1) + " more)";
  return (notification.is_test ? "Test: " : "") + title + rest;
}

Node facts(const AnomalyGroup& group) {
  std::string measures;
  for (const GroupMeasure& measure : group.measures)
    measures += (measures.empty() ? "" : ", ") + measure.measure;
  Node::List fields;
  fields.push_back(field("Severity", severity_text(group.severity) + " (" +
                                         std::string(severity_word(group.severity)) + ")"));
  fields.push_back(field("Status", std::string(to_string(group.status))));
  fields.push_back(field("First interval", slack_time(group.start)));
  fields.push_back(field("Last interval", slack_time(group.end)));
  // Room for the name of the field.
  if (!measures.empty())
    fields.push_back(field("Measures", slack_text(measures, max_field_units - 100)));
  fields.push_back(field("Series", std::to_string(group.series_total)));
  return Node().set("type", "section").set("fields", std::move(fields));
}

void add_series(const AnomalyGroup& group, Node::List& blocks) {
  if (group.series.empty()) return;
  SlackLines lines("*Worst series*");
  for (std::size_t i = 0; i < std::min(max_series, group.series.size()); ++i) {
    const GroupSeries& series = group.series[i];
    lines.add("• *" + slack_text(series.key.measure, max_line_units) + "* of " +
              slack_text(series_text(series), max_line_units));
  }
  blocks.push_back(section(lines.text()));
}

void add_root_causes(const AnomalyGroup& group, Node::List& blocks) {
  if (group.root_causes.empty()) return;
  SlackLines lines("*Root causes*");
  for (std::size_t i = 0; i < std::min(max_root_causes, group.root_causes.size()); ++i)
    lines.add("• " + slack_text(root_cause_text(group.root_causes[i]), max_line_units));
  blocks.push_back(section(lines.text()));
}

/// A link that Slack takes; empty where there is none.
std::string link_of(const AnomalyGroup& group, const MessageContext& context) {
  const std::string link = group_link(context.public_url, group);
  return text_units(link) <= max_link_units ? link : "";
}

void add_button(const AnomalyGroup& group, const MessageContext& context, Node::List& blocks) {
  const std::string link = link_of(group, context);
  if (link.empty()) return;
  Node button = Node()
                    .set("type", "button")
                    .set("text", plain("Show the anomaly"))
                    .set("url", link)
                    .set("action_id", "show_anomaly");
  blocks.push_back(Node().set("type", "actions").set("elements", Node::List{std::move(button)}));
}

/// One of the other groups of a batch.
Node other_section(const News& news, const Notification& notification,
                   const MessageContext& context) {
  const std::string title = slack_text(headline(news, notification.detector), max_line_units);
  const std::string link = link_of(news.group, context);
  SlackLines lines(link.empty() || link.find_first_of("<>|") != std::string::npos
                       ? "*" + title + "*"
                       : "*<" + link + "|" + title + ">*");
  if (!news.group.series.empty())
    lines.add(slack_text(series_text(news.group.series.front()), max_line_units));
  if (!news.group.root_causes.empty())
    lines.add(slack_text(root_cause_text(news.group.root_causes.front()), max_line_units));
  return section(lines.text());
}

void add_others(const std::vector<News>& all, const Notification& notification,
                const MessageContext& context, Node::List& blocks) {
  if (all.size() == 1) return;
  blocks.push_back(Node().set("type", "divider"));
  const std::size_t shown = std::min(all.size(), max_others + 1);
  for (std::size_t i = 1; i < shown; ++i)
    blocks.push_back(other_section(all[i], notification, context));
  if (shown < all.size())
    blocks.push_back(context_line("and " + std::to_string(all.size() - shown) + " more anomalies"));
}

}  // namespace

WebhookMessage make_slack_message(const Notification& notification, const MessageContext& context) {
  const std::vector<News> all = news_of(notification);
  const AnomalyGroup& group = notification.group;
  const std::string title = slack_text(title_of(all, notification), max_header_units);
  Node::List blocks;
  blocks.push_back(Node().set("type", "header").set("text", plain(title)));
  blocks.push_back(facts(group));
  add_series(group, blocks);
  add_root_causes(group, blocks);
  add_button(group, context, blocks);
  add_others(all, notification, context, blocks);
  std::string origin = "Alert *" + slack_text(notification.alert, max_line_units) + "*";
  if (!notification.alert_description.empty())
    origin += ": " + slack_text(notification.alert_description, max_line_units);
  blocks.push_back(context_line(origin));
  return {document::to_json(Node().set("text", title).set("blocks", std::move(blocks)))};
}

}  // namespace bellwether::sinks
