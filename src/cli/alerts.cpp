#include "bellwether/base/percent_encoding.hpp"

#include "client.hpp"
#include "exit_code.hpp"
#include "fields.hpp"

namespace bellwether::cli {
namespace {

std::vector<std::string> to_row(const document::Node& alert) {
  return {text_at(alert, "name"),      text_at(alert, "detector"), decimal_at(alert, "severity"),
          text_at(alert, "notify_on"), text_at(alert, "sinks"),    text_at(alert, "enabled")};
}

}  // namespace

int alerts(const AlertsArguments& arguments, const ClientOptions& options,
           const Transport& transport, const Console& console) {
  const auto client = RestClient::make(options.server, transport);
  if (!client) return report(console, client.error());
  const auto path = "/alerts/" + percent_encode(arguments.name);
  if (arguments.verb == "show") return show(client->get(path), options, console);
  if (arguments.verb == "test") return show(client->post(path + "/test"), options, console);
  return show_list(
      client->list("/alerts", "alerts", {}, all_of_them), options,
      Table({{"NAME"}, {"DETECTOR"}, {"SEVERITY", true}, {"NOTIFY ON"}, {"SINKS"}, {"ENABLED"}}),
      to_row, console);
}

}  // namespace bellwether::cli
