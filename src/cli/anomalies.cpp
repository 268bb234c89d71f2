#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/document/json.hpp"

#include "client.hpp"
#include "exit_code.hpp"
#include "fields.hpp"

namespace bellwether::cli {
namespace {

std::vector<std::string> to_row(const document::Node& group) {
  std::string measures;
  if (const auto* list = at(group, "measures").as<document::Node::List>())
    for (const auto& measure : *list)
      measures += (measures.empty() ? "" : ", ") + text_at(measure, "measure");
  return {text_at(group, "id"),           text_at(group, "detector"),
          text_at(group, "start"),        text_at(group, "end"),
          text_at(group, "status"),       decimal_at(group, "severity"),
          text_at(group, "series_total"), measures};
}

Query query_of(const AnomaliesArguments& arguments) {
  Query query;
  const std::pair<std::string, std::string> texts[] = {{"detector", arguments.detector},
                                                       {"measure", arguments.measure},
                                                       {"status", arguments.status},
                                                       {"from", arguments.from},
                                                       {"to", arguments.to}};
  for (const auto& [name, value] : texts)
    if (!value.empty()) query.emplace_back(name, value);
  if (arguments.min_severity)
    query.emplace_back("min_severity", document::to_json(document::Node(*arguments.min_severity)));
  return query;
}

}  // namespace

int anomalies(const AnomaliesArguments& arguments, const ClientOptions& options,
              const Transport& transport, const Console& console) {
  const auto client = RestClient::make(options.server, transport);
  if (!client) return report(console, client.error());
  if (arguments.verb == "show")
    return show(client->get("/anomalies/" + percent_encode(arguments.id)), options, console);
  return show_list(client->list("/anomalies", "anomalies", query_of(arguments), arguments.limit),
                   options,
                   Table({{"ID"},
                          {"DETECTOR"},
                          {"START"},
                          {"END"},
                          {"STATUS"},
                          {"SEVERITY", true},
                          {"SERIES", true},
                          {"MEASURES"}}),
                   to_row, console);
}

}  // namespace bellwether::cli
