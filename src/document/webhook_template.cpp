#include <algorithm>
#include <cctype>
#include <string>

#include "bellwether/document/body_template.hpp"
#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"

namespace bellwether::document {
namespace {

AnomalyGroup make_sample_group() {
  AnomalyGroup group;
  group.id = "id";
  group.primary_measure = "measure";
  group.measures = {{"measure", 1, 0, {{"dimension", {{"value", 0, 0}}}}}};
  // Without dimensions: whatever keys a detector has.
  group.root_causes = {{{}, "measure", 0}};
  group.causes = {{"measure", "id", 0}};
  group.effects = group.causes;
  group.series.resize(1);
  group.series_total = 1;
  return group;
}

/// `text/html` of `Text/HTML; charset=utf-8`.
std::string media_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  type.erase(0, type.find_first_not_of(" \t"));
  type.erase(type.find_last_not_of(" \t") + 1);
  std::ranges::transform(type, type.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

/// A body in which everything is there that may be, once: written by the one writer, so that it
/// cannot differ from what is sent.
Node make_sample() {
  Notification notification;
  notification.is_test = true;
  notification.group = make_sample_group();
  notification.others = {{GroupEvent::opened, make_sample_group(), "measure"}};
  return write_webhook_body(notification, TimePoint{}, "https://host", 1);
}

}  // namespace

bool is_json_type(std::string_view content_type) {
  const std::string type = media_type(content_type);
  return type == "application/json" || type.ends_with("+json");
}

BodyTemplate::Filter default_filter(std::string_view content_type) {
  using Filter = BodyTemplate::Filter;
  if (is_json_type(content_type)) return Filter::escape;
  const std::string type = media_type(content_type);
  if (type == "application/x-www-form-urlencoded") return Filter::url;
  const bool is_markup = type == "text/html" || type == "text/xml" || type == "application/xml" ||
                         type.ends_with("+xml");
  return is_markup ? Filter::markup : Filter::text;
}

Result<BodyTemplate> compile_webhook_template(std::string_view text,
                                              std::string_view content_type) {
  static const Node sample = make_sample();
  const bool is_json = is_json_type(content_type);
  auto compiled = BodyTemplate::compile(text, default_filter(content_type));
  if (!compiled) return compiled;
  if (auto checked = compiled->check_paths(sample); !checked) return checked.error();
  if (!is_json) return compiled;
  if (const auto body = parse_json(compiled->render(sample)); !body)
    return invalid_input("filled in, it is no JSON: " + body.error().message +
                         "; texts need quotes around them, what may be missing '| json'");
  return compiled;
}

}  // namespace bellwether::document
