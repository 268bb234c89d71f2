// Any detector document before the gate: whatever it holds, an editor's source that is let in names
// no file, variable or address, and reads only what a connection lists.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/domain/kafka_property.hpp"
#include "bellwether/domain/path_template.hpp"
#include "bellwether/domain/source_rights.hpp"

namespace {

using namespace bellwether;

const SourceRights& the_rights() {
  static const SourceRights rights{
      {{"events", KafkaConnection{.brokers = "kafka:9092",
                                  .properties = {},
                                  .secret_properties = {},
                                  .topics = {"orders", "web.*"}}},
       {"lake",
        S3Connection{
            .endpoint = "http://lake:9000", .region = "here", .paths = {"s3://bucket/shop/"}}},
       {"db", PostgresConnection{.url = {"", "PG_URL"}, .tables = {"orders", "mart.*"}}}},
      {"/var/lib/exports"}};
  return rights;
}

void must(bool holds) {
  if (!holds) std::abort();
}

/// What holds of a source as it is opened for an editor.
struct LetIn {
  void operator()(const HttpSourceSpec&) const {}
  void operator()(const FileSourceSpec&) const { std::abort(); }
  void operator()(const KafkaSourceSpec& kafka) const {
    must(kafka.brokers == "kafka:9092" && kafka.secret_properties.empty());
    must(kafka.topic == "orders" || kafka.topic.starts_with("web."));
    must(kafka.dead_letter_topic.empty() && kafka.group.empty());
    for (const auto& [name, value] : kafka.properties)
      must(kafka_property_use(name) == KafkaPropertyUse::api);
  }
  void operator()(const S3SourceSpec& s3) const {
    must(s3.endpoint == "http://lake:9000" && !s3.credentials.is_set() && s3.ca_file.empty());
    must(s3.path.empty() || is_listed(s3.path));
    if (const auto path = PathTemplate::compile(s3.path); path && !s3.path.empty())
      must(is_listed(path->render(TimePoint(), TimeZone())));
    for (const std::string& path : s3.historical) must(is_listed(path));
  }
  void operator()(const PostgresSourceSpec& postgres) const {
    must(postgres.url.environment_variable == "PG_URL" && postgres.url.file.empty());
    must(postgres.query.empty());
    must(postgres.table.find("orders") != std::string::npos || postgres.table.starts_with("mart."));
  }

  static bool is_listed(std::string_view path) {
    return path.starts_with("s3://bucket/shop/") && path.find("/../") == std::string_view::npos;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  const auto node =
      document::parse_json(std::string_view(reinterpret_cast<const char*>(bytes), count));
  if (!node) return 0;
  Problems problems;
  document::Section section(*node, "", problems);
  const SourceSpec source = document::read_detector(section).source;
  if (!problems.empty()) return 0;
  std::array<bool, 4> allowed{};
  for (const SourceAuthor author : {SourceAuthor::configuration, SourceAuthor::admin,
                                    SourceAuthor::editor, SourceAuthor::local}) {
    const auto resolved = resolve_source(source, author, the_rights());
    allowed[static_cast<std::size_t>(author)] = resolved.has_value();
    if (resolved && author == SourceAuthor::editor) std::visit(LetIn{}, *resolved);
  }
  // Who may more may all that others may.
  must(allowed[0] || !allowed[1]);
  must(allowed[1] || !allowed[2]);
  must(allowed[2] || !allowed[3]);
  must(allowed[3] == std::holds_alternative<HttpSourceSpec>(source));
  return 0;
}
