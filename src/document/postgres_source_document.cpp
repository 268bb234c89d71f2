#include "postgres_source_document.hpp"

#include "lookback_document.hpp"

namespace bellwether::document {

PostgresSourceSpec read_postgres_source(Section& section) {
  PostgresSourceSpec postgres;
  section.optional("connection", postgres.connection);
  section.optional("url_file", postgres.url.file);
  section.optional("url_env", postgres.url.environment_variable);
  section.refuse("url", "holds a password and is never inline; use url_file or url_env");
  section.optional("table", postgres.table);
  section.optional("query", postgres.query);
  read_lookback(section, "historical", postgres.historical);
  section.optional("statement_timeout", postgres.statement_timeout);
  section.optional("give_up_after", postgres.give_up_after);
  section.refuse_unknown_keys();
  return postgres;
}

Node write_postgres_source(const PostgresSourceSpec& postgres) {
  Node node(Node::Map{});
  if (!postgres.connection.empty()) node.set("connection", postgres.connection);
  if (!postgres.url.file.empty()) node.set("url_file", postgres.url.file);
  if (!postgres.url.environment_variable.empty())
    node.set("url_env", postgres.url.environment_variable);
  if (!postgres.table.empty()) node.set("table", postgres.table);
  if (!postgres.query.empty()) node.set("query", postgres.query);
  write_lookback(node, "historical", postgres.historical);
  node.set("statement_timeout", to_string(postgres.statement_timeout));
  node.set("give_up_after", to_string(postgres.give_up_after));
  return node;
}

}  // namespace bellwether::document
