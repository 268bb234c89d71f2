#include "bellwether/domain/source_rights.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/domain/endpoint.hpp"
#include "bellwether/domain/kafka_property.hpp"
#include "bellwether/domain/path_template.hpp"
#include "bellwether/domain/sql_query.hpp"

#include "kafka_checks.hpp"
#include "path_checks.hpp"

namespace bellwether {
namespace {

std::string names_of(const std::vector<ConnectionSpec>& connections, std::string_view kind) {
  std::string names;
  for (const ConnectionSpec& connection : connections)
    if (kind_of(connection.target) == kind)
      names.append(names.empty() ? "" : ", ").append(connection.name);
  return names.empty() ? "there are none for " + std::string(kind)
                       : "known ones for " + std::string(kind) + ": " + names;
}

const ConnectionSpec* find(const std::vector<ConnectionSpec>& connections,
                           const std::string& name) {
  const auto found = std::ranges::find(connections, name, &ConnectionSpec::name);
  return found != connections.end() ? &*found : nullptr;
}

/// Whether a pattern of a connection has a table. A `*` stands for the end of one name and never
/// leads into another schema.
bool lists_table(const std::vector<std::string>& patterns, const std::string& table) {
  const auto parts = parse_sql_name(table);
  if (!parts) return false;
  std::string plain;
  for (const std::string& part : *parts) plain.append(plain.empty() ? "" : ".").append(part);
  const bool is_plain = table.find('"') == std::string::npos;
  return std::ranges::any_of(patterns, [&](std::string_view pattern) {
    if (!pattern.ends_with('*')) {
      const auto wanted = parse_sql_name(pattern);
      return wanted && *wanted == *parts;
    }
    pattern.remove_suffix(1);
    return is_plain && plain.starts_with(pattern) &&
           plain.find('.', pattern.size()) == std::string::npos;
  });
}

/// A path template filled in: its keys may hold any text between quotes, a dot or a slash, too.
std::string rendered(const std::string& path) {
  const auto compiled = PathTemplate::compile(path);
  return compiled ? compiled->render(TimePoint(), TimeZone()) : path;
}

bool is_below(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/';
}

/// Collects what one author must not name in one source.
class Judge {
 public:
  Judge(SourceAuthor author, const SourceRights& rights) : author_(author), rights_(rights) {}

  /// Whatever the server did not ask for is pushed; nothing is named.
  void operator()(const HttpSourceSpec&) {}

  void operator()(const FileSourceSpec& file) {
    if (author_ == SourceAuthor::configuration || is_refused_whole("file")) return;
    if (author_ == SourceAuthor::editor)
      return add("file", "reads files of the server's host, which takes the role admin");
    if (file.follow_links)
      add("file.follow_links", "is not given over the API, only in the configuration file");
    if (!file.path.empty()) check_file("file.path", file.path);
    for (std::size_t i = 0; i < file.historical.size(); ++i)
      check_file("file.historical[" + std::to_string(i) + "]", file.historical[i]);
  }

  void operator()(const KafkaSourceSpec& kafka) {
    if (is_refused_whole("kafka")) return;
    refuse_dangerous_kafka_properties(problems_, "source.kafka", kafka.properties,
                                      kafka.secret_properties);
    if (kafka.connection.empty()) {
      check_kafka_brokers(problems_, "source.kafka.brokers", kafka.brokers);
      return needs_connection("kafka", "brokers and secrets");
    }
    const auto* connection = connection_of<KafkaConnection>("kafka", kafka.connection);
    check_api_properties(kafka);
    if (connection == nullptr) return;
    for (const auto& [name, value] : kafka.properties)
      if (connection->properties.contains(name) || connection->secret_properties.contains(name))
        add("kafka.properties." + name, "is set by the connection; leave it out");
    if (!lists(connection->topics, kafka.topic))
      add("kafka.topic", not_listed("topics", kafka.topic, kafka.connection));
    if (!kafka.dead_letter_topic.empty() &&
        !lists(connection->dead_letter_topics, kafka.dead_letter_topic))
      add("kafka.dead_letter_topic",
          not_listed("dead_letter_topics", kafka.dead_letter_topic, kafka.connection));
    if (!kafka.group.empty() && !lists(connection->groups, kafka.group))
      add("kafka.group", not_listed("groups", kafka.group, kafka.connection) +
                             "; left out it is bellwether-NAME of the detector");
  }

  void operator()(const S3SourceSpec& s3) {
    if (is_refused_whole("s3")) return;
    if (s3.connection.empty()) {
      check_endpoint(problems_, "source.s3.endpoint", s3.endpoint);
      return needs_connection("s3", "endpoint and credentials");
    }
    const auto* connection = connection_of<S3Connection>("s3", s3.connection);
    if (connection == nullptr) return;
    const auto check_path = [&](const std::string& field, const std::string& path) {
      const bool is_listed = std::ranges::any_of(
          connection->paths, [&](const std::string& folder) { return path.starts_with(folder); });
      if (!is_listed || has_dot_parts(path) || has_dot_parts(rendered(path)))
        add(field, not_listed("paths", path, s3.connection));
    };
    if (!s3.path.empty()) check_path("s3.path", s3.path);
    for (std::size_t i = 0; i < s3.historical.size(); ++i)
      check_path("s3.historical[" + std::to_string(i) + "]", s3.historical[i]);
  }

  void operator()(const PostgresSourceSpec& postgres) {
    if (is_refused_whole("postgres")) return;
    if (postgres.connection.empty()) return needs_connection("postgres", "url_file and url_env");
    const auto* connection = connection_of<PostgresConnection>("postgres", postgres.connection);
    if (connection == nullptr) return;
    if (!postgres.query.empty() && !connection->query)
      add("postgres.query", "is not allowed by connection '" + postgres.connection +
                                "', which lists tables; name a table, or let its owner say "
                                "query: true");
    if (!postgres.table.empty() && !connection->query &&
        !lists_table(connection->tables, postgres.table))
      add("postgres.table", not_listed("tables", postgres.table, postgres.connection));
  }

  Problems take() { return std::move(problems_); }

 private:
  void add(const std::string& field, std::string message) {
    problems_.push_back({"source." + field, std::move(message), 0, 0});
  }

  /// Without tokens nobody knows who asks: such a caller may push rows and name nothing.
  bool is_refused_whole(const char* kind) {
    if (author_ != SourceAuthor::local) return false;
    add(kind,
        "is no source for a server without auth.tokens, where only pushed rows (http) are; "
        "configure tokens, or write the detector in the configuration file");
    return true;
  }

  void needs_connection(const std::string& kind, const std::string& what) {
    if (author_ == SourceAuthor::configuration) return;
    add(kind + ".connection", "is missing: " + what +
                                  " are never given over the API; name a connection of the "
                                  "configuration file (" +
                                  names_of(rights_.connections, kind) + ")");
  }

  template <class Target>
  const Target* connection_of(const std::string& kind, const std::string& name) {
    const ConnectionSpec* connection = find(rights_.connections, name);
    if (connection == nullptr)
      add(kind + ".connection", "there is no connection '" + name +
                                    "' in the configuration file; " +
                                    names_of(rights_.connections, kind));
    else if (const auto* target = std::get_if<Target>(&connection->target))
      return target;
    else
      add(kind + ".connection", "'" + name + "' is a connection for " +
                                    std::string(kind_of(connection->target)) + "; " +
                                    names_of(rights_.connections, kind));
    return nullptr;
  }

  void check_api_properties(const KafkaSourceSpec& kafka) {
    if (author_ == SourceAuthor::configuration) return;
    for (const auto& [name, value] : kafka.properties)
      if (const auto use = kafka_property_use(name);
          use != KafkaPropertyUse::api && use != KafkaPropertyUse::never)
        add("kafka.properties." + name,
            "is not set over the API; let the owner of the server set it in the connection");
  }

  void check_file(const std::string& field, const std::string& path) {
    const bool is_allowed =
        path.starts_with('/') && !has_dot_parts(path) &&
        std::ranges::any_of(rights_.allow_paths,
                            [&](const std::string& folder) { return is_below(path, folder); });
    if (is_allowed) return;
    std::string folders;
    for (const std::string& folder : rights_.allow_paths)
      folders.append(folders.empty() ? "" : ", ").append(folder);
    add(field, "'" + path + "' does not lie below server.allow_paths (" +
                   (folders.empty() ? "which lists no folder" : folders) + ")");
  }

  static std::string not_listed(const std::string& list, const std::string& name,
                                const std::string& connection) {
    return "'" + name + "' is not among " + list + " of connection '" + connection +
           "'; name one that is, or let the owner of the server add it";
  }

  const SourceAuthor author_;
  const SourceRights& rights_;
  Problems problems_;
};

/// Fills in what a source's connection says, which is there and of the right kind. What is left is
/// a source in full, as the configuration file could have written it.
struct Resolver {
  SourceAuthor author;
  const SourceRights& rights;

  template <class Target>
  const Target& target_of(const std::string& name) const {
    return std::get<Target>(find(rights.connections, name)->target);
  }

  void operator()(HttpSourceSpec&) const {}

  void operator()(FileSourceSpec& file) const {
    if (author != SourceAuthor::configuration) file.only_below = rights.allow_paths;
  }

  void operator()(KafkaSourceSpec& kafka) const {
    if (kafka.connection.empty()) return;
    const auto& target = target_of<KafkaConnection>(kafka.connection);
    kafka.brokers = target.brokers;
    kafka.properties.insert(target.properties.begin(), target.properties.end());
    kafka.secret_properties = target.secret_properties;
    kafka.allow_hosts = target.allow_hosts;
    kafka.connection.clear();
  }

  void operator()(S3SourceSpec& s3) const {
    if (s3.connection.empty()) return;
    const auto& target = target_of<S3Connection>(s3.connection);
    s3.endpoint = target.endpoint;
    s3.region = target.region;
    s3.addressing = target.addressing;
    s3.credentials = target.credentials;
    s3.anonymous = target.anonymous;
    s3.ca_file = target.ca_file;
    s3.connection.clear();
  }

  void operator()(PostgresSourceSpec& postgres) const {
    if (postgres.connection.empty()) return;
    postgres.url = target_of<PostgresConnection>(postgres.connection).url;
    postgres.connection.clear();
  }
};

}  // namespace

Problems find_forbidden(const SourceSpec& source, SourceAuthor author, const SourceRights& rights) {
  Judge judge(author, rights);
  std::visit([&](const auto& kind) { judge(kind); }, source);
  return judge.take();
}

Result<SourceSpec> resolve_source(const SourceSpec& source, SourceAuthor author,
                                  const SourceRights& rights) {
  std::string message;
  for (const Problem& problem : find_forbidden(source, author, rights))
    message.append(message.empty() ? "" : "; ")
        .append(problem.field)
        .append(": ")
        .append(problem.message);
  if (!message.empty()) return Error{ErrorCode::forbidden, std::move(message)};
  SourceSpec resolved = source;
  std::visit(Resolver{author, rights}, resolved);
  return resolved;
}

}  // namespace bellwether
