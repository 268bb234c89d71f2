#include "bellwether/base/percent_encoding.hpp"

#include "client.hpp"
#include "exit_code.hpp"
#include "fields.hpp"

namespace bellwether::cli {
namespace {

std::vector<std::string> to_row(const document::Node& detector) {
  std::string measures;
  if (const auto* list = at(detector, "measures").as<document::Node::List>())
    for (const auto& measure : *list)
      measures += (measures.empty() ? "" : ", ") + text_at(measure, "column");
  return {text_at(detector, "name"),
          text_at(detector, "status.state"),
          text_at(detector, "interval"),
          measures,
          text_at(detector, "dimensions"),
          text_at(detector, "status.series"),
          text_at(detector, "status.intervals"),
          text_at(detector, "status.last_interval")};
}

int switch_detector(const RestClient& client, const DetectorsArguments& arguments,
                    const ClientOptions& options, const Console& console) {
  const auto path = "/detectors/" + percent_encode(arguments.name);
  if (const auto done = client.post(path + "/" + arguments.verb); !done)
    return report(console, done.error());
  const auto detector = client.get(path);
  if (!detector || options.is_json) return show(detector, options, console);
  console.out << arguments.name << ": " << text_at(*detector, "status.state") << '\n';
  return exit_ok;
}

}  // namespace

int detectors(const DetectorsArguments& arguments, const ClientOptions& options,
              const Transport& transport, const Console& console) {
  const auto client = RestClient::make(options.server, transport);
  if (!client) return report(console, client.error());
  if (arguments.verb == "list")
    return show_list(client->list("/detectors", "detectors", {}, all_of_them), options,
                     Table({{"NAME"},
                            {"STATE"},
                            {"INTERVAL"},
                            {"MEASURES"},
                            {"DIMENSIONS"},
                            {"SERIES", true},
                            {"INTERVALS", true},
                            {"LAST INTERVAL"}}),
                     to_row, console);
  if (arguments.verb == "show")
    return show(client->get("/detectors/" + percent_encode(arguments.name)), options, console);
  return switch_detector(*client, arguments, options, console);
}

}  // namespace bellwether::cli
