#include "client.hpp"

#include "bellwether/document/json.hpp"

#include "exit_code.hpp"
#include "write_yaml.hpp"

namespace bellwether::cli {

int show(const Result<document::Node>& document, const ClientOptions& options,
         const Console& console) {
  if (!document) return report(console, document.error());
  if (options.is_json) {
    console.out << document::to_json(*document) << '\n';
  } else {
    console.out << to_yaml(*document);
  }
  return exit_ok;
}

int show_list(const Result<document::Node::List>& items, const ClientOptions& options, Table table,
              const std::function<std::vector<std::string>(const document::Node&)>& to_row,
              const Console& console) {
  if (!items) return report(console, items.error());
  for (const auto& item : *items) {
    if (options.is_json) {
      console.out << document::to_json(item) << '\n';
    } else {
      table.add(to_row(item));
    }
  }
  if (!options.is_json) table.write(console.out);
  return exit_ok;
}

}  // namespace bellwether::cli
