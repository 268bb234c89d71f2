#include <charconv>
#include <limits>
#include <utility>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"

#include "held_answer.hpp"
#include "native/call_values.hpp"
#include "native/columns.hpp"
#include "native/native_context.hpp"
#include "operations/point_reader.hpp"
#include "problem_response.hpp"

namespace bellwether::api::native {
namespace {

using document::Node;

Node write_dimensions(const std::map<std::string, std::string>& dimensions) {
  Node::Map map;
  for (const auto& [name, value] : dimensions) map.emplace_back(name, value);
  return map;
}

Node write_series(const std::string& detector, const SeriesKey& key) {
  return Node()
      .set("series_id", series_id(detector, key))
      .set("measure", key.measure)
      .set("dimensions", write_dimensions(key.dimensions));
}

/// A cursor that is a number.
template <class Number>
Result<std::optional<Number>> number_cursor(const Call& call) {
  const auto text = text_of(call, "cursor");
  if (!text) return std::optional<Number>();
  Number number{};
  const char* end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, number);
  if (failure != std::errc{} || stop != end)
    return invalid_input("the cursor is not one that this server gave");
  return std::optional(number);
}

Response find_series(NativeContext& context, const Call& call) {
  const auto detector = context.detectors.get(call.path.at("name"));
  if (!detector) return problem_response(detector.error());
  const auto begin = number_cursor<std::uint64_t>(call);
  if (!begin) return problem_response(begin.error());
  const auto page = context.series.find(*detector, {text_of(call, "measure"), dimensions_of(call),
                                                    limit_of(call), begin->value_or(0)});
  if (!page) return problem_response(page.error());
  Node::List series;
  for (const SeriesKey& key : page->series)
    series.push_back(write_series(detector->spec.name, key));
  return json_response(
      200, Node()
               .set("series", std::move(series))
               .set("next_cursor", page->next ? Node(std::to_string(*page->next)) : Node()));
}

std::string write_points(const std::string& detector, const PointAnswer& answer) {
  const store::Points& points = answer.points;
  const std::size_t count = points.starts.size();
  Node head = write_series(detector, answer.series);
  head.set("from", to_rfc3339(answer.from)).set("to", to_rfc3339(answer.to));
  std::string json = document::to_json(head);
  json.pop_back();  // Its brace; the columns go on.
  append_column(json, "timestamps", count, [&](std::string& text, std::size_t i) {
    text.append("\"").append(to_rfc3339(points.starts[i])).append("\"");
  });
  const auto append = [&](std::string_view name, const auto& column) {
    append_column(json, name, count,
                  [&](std::string& text, std::size_t i) { append_number(text, column[i]); });
  };
  append("values", points.values);
  append("expected", points.expected);
  append("lower", points.lower);
  append("upper", points.upper);
  append("severity", points.severity);
  append_column(json, "revisions", count, [&](std::string& text, std::size_t i) {
    text.append(std::to_string(points.revisions[i]));
  });
  return json + "}";
}

Response read_series_points(NativeContext& context, const Call& call) {
  const auto detector = context.detectors.get(call.path.at("name"));
  if (!detector) return problem_response(detector.error());
  auto measure = text_of(call, "measure");
  if (!measure && detector->spec.measures.size() == 1)
    measure = detector->spec.measures.front().column;
  if (!measure)
    return problem_response(400, "the query is not valid",
                            {{"measure", "is missing; say which of the detector's measures"}});
  auto held = call.memory->answers.reserve(0);
  const auto answer = read_points(
      context.api.store, context.series, *detector,
      {*measure, dimensions_of(call), time_of(call, "from"), time_of(call, "to")}, &*held);
  if (!answer) return problem_response(answer.error());
  Response response{200, "application/json", write_points(detector->spec.name, *answer)};
  response.body.shrink_to_fit();
  held->shrink_to(response.body.size());
  response.held = hold_answer(call.memory, std::move(*held));
  return response;
}

Response read_quality(NativeContext& context, const Call& call) {
  const auto detector = context.detectors.get(call.path.at("name"));
  if (!detector) return problem_response(detector.error());
  const auto before = number_cursor<IntervalIndex>(call);
  if (!before) return problem_response(before.error());
  const std::size_t limit = limit_of(call);
  // One more than asked for tells whether there is another page.
  auto read = context.api.store.intervals().read_quality(
      detector->spec.name, before->value_or(std::numeric_limits<IntervalIndex>::max()), limit + 1);
  if (!read) return problem_response(read.error());
  Node next;
  if (read->size() > limit) {
    read->resize(limit);
    next = std::to_string(read->back().interval);
  }
  Node::List intervals;
  for (const IntervalQuality& quality : *read)
    intervals.push_back(document::write_quality(quality));
  return json_response(
      200, Node().set("intervals", std::move(intervals)).set("next_cursor", std::move(next)));
}

Parameter measure_parameter() {
  return {"measure", Parameter::Type::text, "One of the detector's measures."};
}

}  // namespace

Routes series_routes(const Context& context) {
  return {
      {.method = "GET",
       .path = "/api/v1/detectors/{name}/series",
       .operation = "listSeries",
       .summary = "The detector's series, roll-ups included. `dimension.NAME=*` picks those that "
                  "roll the dimension up.",
       .tag = "series",
       .role = Role::viewer,
       .parameters = {measure_parameter(), limit_parameter(), cursor_parameter()},
       .takes_dimensions = true,
       .answers = {{200, "A page of series.", "SeriesPage"}},
       .problems = {400, 404},
       .handle = [context](const Call& call) { return find_series(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/detectors/{name}/points",
       .operation = "readPoints",
       .summary = "One series over time, column by column. A dimension that is left out is rolled "
                  "up.",
       .tag = "series",
       .role = Role::viewer,
       .parameters = {measure_parameter(),
                      {"from", Parameter::Type::time,
                       "Intervals that start at or after it; 28 days before `to` unless told."},
                      {"to", Parameter::Type::time,
                       "Intervals that start before it; the end of the newest one unless told."}},
       .takes_dimensions = true,
       .answers = {{200, "At most 100000 points; null where there is nothing.", "Points"}},
       .problems = {400, 404},
       .handle = [context](const Call& call) { return read_series_points(*context, call); }},
      {.method = "GET",
       .path = "/api/v1/detectors/{name}/quality",
       .operation = "readQuality",
       .summary = "What the data of each interval looked like, newest first.",
       .tag = "series",
       .role = Role::viewer,
       .parameters = {limit_parameter(), cursor_parameter()},
       .answers = {{200, "A page of intervals.", "QualityPage"}},
       .problems = {400, 404},
       .handle = [context](const Call& call) { return read_quality(*context, call); }},
  };
}

}  // namespace bellwether::api::native
