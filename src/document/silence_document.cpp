#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "bellwether/document/spec_documents.hpp"

#include "write_texts.hpp"

namespace bellwether::document {
namespace {

using std::chrono::minutes;

constexpr const char* time_hint = "give a time, such as 2026-03-20T08:00:00Z";

/// `08:30`; `24:00` too, for the end of a day.
std::optional<minutes> parse_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
  return minutes(hour * 60 + minute);
}

std::string time_of_day_text(minutes time) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(time.count() / 60),
                static_cast<int>(time.count() % 60));
  return text;
}

/// Days as people write them: `mon`, `Monday`.
std::optional<unsigned> parse_weekday(std::string word) {
  static constexpr std::array<std::string_view, 7> names{
      "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (unsigned day = 0; day < names.size(); ++day)
    if (word == names.at(day) || word == names.at(day).substr(0, 3)) return day;
  return std::nullopt;
}

void read_weekdays(Section& section, WeeklyRule& rule) {
  std::vector<std::string> words;
  if (!section.optional("weekdays", words)) return;
  if (section.has("rule")) section.problem("weekdays", "give either rule or weekdays");
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto day = parse_weekday(words[i]);
    if (day) rule.weekdays.at(*day) = true;
    if (!day)
      section.problem("weekdays[" + std::to_string(i) + "]",
                      "'" + words[i] + "' is no day; write it like monday or mon");
  }
}

WeeklyWindow read_window(Section& section) {
  WeeklyWindow window;
  std::string rule;
  if (section.optional("rule", rule)) {
    if (auto parsed = parse_weekly_rule(rule))
      window.rule = *parsed;
    else
      section.problem("rule", parsed.error().message);
  }
  read_weekdays(section, window.rule);
  if (!section.has("rule") && !section.has("weekdays"))
    section.missing("weekdays", "or give rule, such as FREQ=WEEKLY;BYDAY=SA,SU");
  section.choice("from", window.from, parse_time_of_day, "a time of day, such as \"08:30\"");
  section.choice("until", window.until, parse_time_of_day, "a time of day, such as \"17:00\"");
  section.optional("timezone", window.timezone);
  section.refuse_unknown_keys();
  return window;
}

Node write_window(const WeeklyWindow& window) {
  return Node()
      .set("rule", to_string(window.rule))
      .set("from", time_of_day_text(window.from))
      .set("until", time_of_day_text(window.until))
      .set("timezone", window.timezone);
}

void read_dimensions(Section& section, std::map<std::string, std::vector<std::string>>& target) {
  const Node* node = section.raw("dimensions");
  const auto* map = node != nullptr ? node->as<Node::Map>() : nullptr;
  const auto is_single = [](const auto& entry) { return scalar_text(entry.second).has_value(); };
  if (map == nullptr || !std::ranges::any_of(*map, is_single)) {
    section.optional("dimensions", target);
    return;
  }
  for (const auto& entry : *map) {
    const std::string field = "dimensions." + entry.first;
    std::vector<std::string>& values = target[entry.first];
    if (is_single(entry)) {
      values = {*scalar_text(entry.second)};
      continue;
    }
    const auto* list = entry.second.template as<Node::List>();
    if (list == nullptr) section.problem(field, "must be a value or a list of values");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      if (auto text = scalar_text((*list)[i]))
        values.push_back(std::move(*text));
      else
        section.problem(field + "[" + std::to_string(i) + "]", "must be text");
    }
  }
}

}  // namespace

Silence read_silence(Section& section) {
  Silence silence;
  section.optional("id", silence.id);
  section.optional("alert", silence.alert);
  section.optional("detector", silence.detector);
  section.optional("measure", silence.measure);
  section.optional("anomaly", silence.anomaly);
  read_dimensions(section, silence.dimensions);
  section.required("from", silence.from, time_hint);
  if (TimePoint until; section.optional("until", until)) silence.until = until;
  section.child("recurring", [&](Section& child) { silence.recurring = read_window(child); });
  section.optional("until_closed", silence.until_closed);
  section.required("owner", silence.owner, "say who asks for it");
  section.required("reason", silence.reason, "say why");
  section.optional("created_at", silence.created_at);
  section.refuse_unknown_keys();
  section.add(validate(silence));
  return silence;
}

Node write_silence(const Silence& silence) {
  Node node;
  node.set("id", silence.id);
  if (!silence.alert.empty()) node.set("alert", silence.alert);
  if (!silence.detector.empty()) node.set("detector", silence.detector);
  if (!silence.measure.empty()) node.set("measure", silence.measure);
  if (!silence.anomaly.empty()) node.set("anomaly", silence.anomaly);
  if (!silence.dimensions.empty()) node.set("dimensions", write_texts(silence.dimensions));
  node.set("from", to_rfc3339(silence.from));
  if (silence.until) node.set("until", to_rfc3339(*silence.until));
  if (silence.recurring) node.set("recurring", write_window(*silence.recurring));
  node.set("until_closed", silence.until_closed);
  node.set("owner", silence.owner);
  node.set("reason", silence.reason);
  node.set("created_at", to_rfc3339(silence.created_at));
  return node;
}

Acknowledgement read_acknowledgement(Section& section) {
  Acknowledgement acknowledgement;
  section.optional("anomaly_id", acknowledgement.anomaly_id);
  section.required("owner", acknowledgement.owner, "say who takes it on");
  section.optional("comment", acknowledgement.comment);
  section.optional("created_at", acknowledgement.created_at);
  section.refuse_unknown_keys();
  return acknowledgement;
}

Node write_acknowledgement(const Acknowledgement& acknowledgement) {
  return Node()
      .set("anomaly_id", acknowledgement.anomaly_id)
      .set("owner", acknowledgement.owner)
      .set("comment", acknowledgement.comment)
      .set("created_at", to_rfc3339(acknowledgement.created_at));
}

}  // namespace bellwether::document
