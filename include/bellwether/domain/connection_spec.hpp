#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/domain/s3_source_spec.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// A Kafka cluster, and what may be read and written there. Names are exact or, with a `*` at the
/// end, all that begin so.
struct KafkaConnection {
  std::string brokers;
  std::map<std::string, std::string> properties;
  std::map<std::string, SecretSource> secret_properties;
  std::vector<std::string> topics;
  std::vector<std::string> dead_letter_topics{};
  std::vector<std::string> groups{};       ///< Besides the detector's own, `bellwether-NAME`.
  std::vector<std::string> allow_hosts{};  ///< That brokers may send us to; empty: any.

  bool operator==(const KafkaConnection&) const = default;
};

/// An S3-style service, and the folders that may be read there.
struct S3Connection {
  std::string endpoint;
  std::string region;
  S3Addressing addressing = S3Addressing::automatic;
  AwsCredentials credentials{};
  bool anonymous = false;
  std::string ca_file{};
  std::vector<std::string> paths{};  ///< `s3://bucket/` or `s3://bucket/folder/`.

  bool operator==(const S3Connection&) const = default;
};

/// A database, and the tables that may be read there; names as for Kafka.
struct PostgresConnection {
  SecretSource url;
  std::vector<std::string> tables;
  bool query = false;  ///< Whether any SELECT may be sent, which reads whatever the role can.

  bool operator==(const PostgresConnection&) const = default;
};

using ConnectionTarget = std::variant<KafkaConnection, S3Connection, PostgresConnection>;

/// What sources name in place of an address and credentials. Only the configuration file makes one.
struct ConnectionSpec {
  std::string name;
  ConnectionTarget target;

  bool operator==(const ConnectionSpec&) const = default;
};

/// `kafka`, `s3` or `postgres`.
std::string_view kind_of(const ConnectionTarget& target);

Problems validate(const ConnectionSpec& connection);

/// Whether a list has the name, exactly or by its beginning and `*`.
bool lists(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace bellwether
