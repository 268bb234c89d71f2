#include <array>
#include <string_view>

#include "bellwether/document/secret_section.hpp"
#include "bellwether/document/spec_documents.hpp"

#include "secret_map.hpp"
#include "write_texts.hpp"

namespace bellwether::document {
namespace {

KafkaConnection read_kafka(Section& section) {
  KafkaConnection kafka;
  section.required("brokers", kafka.brokers, "give host:port, several by comma");
  section.optional("properties", kafka.properties);
  read_secret_map(section, "secret_properties", kafka.secret_properties);
  section.optional("topics", kafka.topics);
  section.optional("dead_letter_topics", kafka.dead_letter_topics);
  section.optional("groups", kafka.groups);
  section.optional("allow_hosts", kafka.allow_hosts);
  section.refuse_unknown_keys();
  return kafka;
}

S3Connection read_s3(Section& section) {
  S3Connection s3;
  section.optional("endpoint", s3.endpoint);
  section.optional("region", s3.region);
  section.choice("addressing", s3.addressing, parse_s3_addressing, "auto, path or virtual_host");
  section.child("credentials",
                [&](Section& child) { s3.credentials = read_aws_credentials(child); });
  section.optional("anonymous", s3.anonymous);
  section.optional("ca_file", s3.ca_file);
  section.optional("paths", s3.paths);
  section.refuse_unknown_keys();
  return s3;
}

PostgresConnection read_postgres(Section& section) {
  PostgresConnection postgres;
  section.optional("url_file", postgres.url.file);
  section.optional("url_env", postgres.url.environment_variable);
  section.refuse("url", "holds a password and is never inline; use url_file or url_env");
  section.optional("tables", postgres.tables);
  section.optional("query", postgres.query);
  section.refuse_unknown_keys();
  return postgres;
}

/// Kinds of connections by the key that holds their settings.
struct Kind {
  std::string_view key;
  ConnectionTarget (*read)(Section&);
};

constexpr std::array kinds{
    Kind{"kafka", [](Section& section) -> ConnectionTarget { return read_kafka(section); }},
    Kind{"s3", [](Section& section) -> ConnectionTarget { return read_s3(section); }},
    Kind{"postgres", [](Section& section) -> ConnectionTarget { return read_postgres(section); }},
};

Node write_target(const KafkaConnection& kafka) {
  Node node;
  node.set("brokers", kafka.brokers);
  if (!kafka.properties.empty()) node.set("properties", write_texts(kafka.properties));
  write_secret_map(node, "secret_properties", kafka.secret_properties);
  node.set("topics", write_texts(kafka.topics));
  if (!kafka.dead_letter_topics.empty())
    node.set("dead_letter_topics", write_texts(kafka.dead_letter_topics));
  if (!kafka.groups.empty()) node.set("groups", write_texts(kafka.groups));
  if (!kafka.allow_hosts.empty()) node.set("allow_hosts", write_texts(kafka.allow_hosts));
  return node;
}

Node write_target(const S3Connection& s3) {
  Node node(Node::Map{});
  if (!s3.endpoint.empty()) node.set("endpoint", s3.endpoint);
  if (!s3.region.empty()) node.set("region", s3.region);
  if (s3.addressing != S3Addressing::automatic) node.set("addressing", to_string(s3.addressing));
  if (s3.credentials.is_set()) node.set("credentials", write_aws_credentials(s3.credentials));
  if (s3.anonymous) node.set("anonymous", true);
  if (!s3.ca_file.empty()) node.set("ca_file", s3.ca_file);
  node.set("paths", write_texts(s3.paths));
  return node;
}

Node write_target(const PostgresConnection& postgres) {
  Node node(Node::Map{});
  if (!postgres.url.file.empty()) node.set("url_file", postgres.url.file);
  if (!postgres.url.environment_variable.empty())
    node.set("url_env", postgres.url.environment_variable);
  if (!postgres.tables.empty()) node.set("tables", write_texts(postgres.tables));
  node.set("query", postgres.query);
  return node;
}

}  // namespace

ConnectionSpec read_connection(Section& section) {
  ConnectionSpec spec;
  section.required("name", spec.name);
  std::size_t given = 0;
  for (const Kind& kind : kinds)
    if (section.child(kind.key, [&](Section& child) { spec.target = kind.read(child); })) ++given;
  section.refuse_unknown_keys();
  if (given != 1)
    section.problem("", given == 0 ? "must give the kind of connection: kafka, s3 or postgres"
                                   : "must give exactly one kind of connection");
  else
    section.add(validate(spec));
  return spec;
}

Node write_connection(const ConnectionSpec& connection) {
  return Node()
      .set("name", connection.name)
      .set(kind_of(connection.target),
           std::visit([](const auto& target) { return write_target(target); }, connection.target));
}

}  // namespace bellwether::document
