#include "bellwether/domain/connection_spec.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/endpoint.hpp"
#include "bellwether/domain/sql_query.hpp"

#include "kafka_checks.hpp"
#include "path_checks.hpp"

namespace bellwether {
namespace {

std::string at(const char* list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

/// A list of names, each exact or a beginning and `*`.
template <class CheckName>
void check_patterns(Problems& problems, const char* field, const std::vector<std::string>& patterns,
                    CheckName check_name) {
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    std::string_view name = patterns[i];
    const bool has_star = name.ends_with('*');
    if (has_star) name.remove_suffix(1);
    if (name.find('*') != std::string_view::npos || (name.empty() && !has_star))
      problems.push_back(
          {at(field, i), "must be a name, or its beginning with * at the end", 0, 0});
    else if (!has_star)
      check_name(at(field, i), name);
  }
}

void check_topics(Problems& problems, const char* field, const std::vector<std::string>& topics) {
  check_patterns(problems, field, topics, [&](const std::string& place, std::string_view name) {
    check_kafka_topic(problems, place, name);
  });
}

Problems validate(const KafkaConnection& kafka) {
  Problems problems;
  check_kafka_brokers(problems, "kafka.brokers", kafka.brokers);
  if (kafka.topics.empty())
    problems.push_back({"kafka.topics", "must list the topics that may be read", 0, 0});
  check_topics(problems, "kafka.topics", kafka.topics);
  check_topics(problems, "kafka.dead_letter_topics", kafka.dead_letter_topics);
  check_patterns(problems, "kafka.groups", kafka.groups, [](const auto&, const auto&) {});
  for (std::size_t i = 0; i < kafka.allow_hosts.size(); ++i)
    if (kafka.allow_hosts[i].empty() ||
        kafka.allow_hosts[i].find_first_of("/@*, []") != std::string::npos)
      problems.push_back({at("kafka.allow_hosts", i),
                          "must be the name or address of a host, without a port", 0, 0});
  check_kafka_properties(problems, "kafka", kafka.properties, kafka.secret_properties,
                         properties_of_kafka_sources());
  refuse_dangerous_kafka_properties(problems, "kafka", kafka.properties, kafka.secret_properties);
  return problems;
}

Problems validate(const S3Connection& s3) {
  Problems problems;
  check_endpoint(problems, "s3.endpoint", s3.endpoint);
  if (s3.anonymous && s3.credentials.is_set())
    problems.push_back({"s3.anonymous", "has no use for credentials: leave one of them out", 0, 0});
  if (s3.paths.empty())
    problems.push_back({"s3.paths", "must list the folders that may be read", 0, 0});
  for (std::size_t i = 0; i < s3.paths.size(); ++i) {
    const std::string& path = s3.paths[i];
    if (const auto location = parse_s3_location(path); !location)
      problems.push_back({at("s3.paths", i), location.error().message, 0, 0});
    else if (!path.ends_with('/') || path.find("{{") != std::string::npos || has_dot_parts(path))
      problems.push_back({at("s3.paths", i),
                          "must be a folder as it is: end with /, and hold neither {{ nor .. as a "
                          "part",
                          0, 0});
  }
  return problems;
}

Problems validate(const PostgresConnection& postgres) {
  Problems problems;
  if (postgres.url.file.empty() == postgres.url.environment_variable.empty())
    problems.push_back({"postgres.url_file", "must give either url_file or url_env", 0, 0});
  if (postgres.tables.empty() && !postgres.query)
    problems.push_back(
        {"postgres.tables", "must list the tables that may be read, or give query: true", 0, 0});
  check_patterns(problems, "postgres.tables", postgres.tables,
                 [&](const std::string& place, std::string_view name) {
                   if (const auto parts = parse_sql_name(name); !parts)
                     problems.push_back({place, parts.error().message, 0, 0});
                 });
  return problems;
}

}  // namespace

std::string_view kind_of(const ConnectionTarget& target) {
  struct Kind {
    std::string_view operator()(const KafkaConnection&) const { return "kafka"; }
    std::string_view operator()(const S3Connection&) const { return "s3"; }
    std::string_view operator()(const PostgresConnection&) const { return "postgres"; }
  };
  return std::visit(Kind{}, target);
}

Problems validate(const ConnectionSpec& connection) {
  Problems problems = validate_name("name", connection.name);
  for (Problem& problem :
       std::visit([](const auto& target) { return validate(target); }, connection.target))
    problems.push_back(std::move(problem));
  return problems;
}

bool lists(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [&](std::string_view pattern) {
    if (!pattern.ends_with('*')) return pattern == name;
    pattern.remove_suffix(1);
    return name.starts_with(pattern);
  });
}

}  // namespace bellwether
