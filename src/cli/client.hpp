#pragma once

#include "bellwether/document/node.hpp"

#include "commands.hpp"
#include "table.hpp"

namespace bellwether::cli {

/// Everything, for lists without a limit of their own.
inline constexpr std::size_t all_of_them = 1'000'000;

/// One document: the server's JSON, or YAML for people.
int show(const Result<document::Node>& document, const ClientOptions& options,
         const Console& console);

/// A list: a JSON document per line, or a table with a row for each item.
int show_list(const Result<document::Node::List>& items, const ClientOptions& options, Table table,
              const std::function<std::vector<std::string>(const document::Node&)>& to_row,
              const Console& console);

}  // namespace bellwether::cli
