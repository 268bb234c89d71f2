#include "s3_source_document.hpp"

#include "bellwether/document/secret_section.hpp"

#include "lookback_document.hpp"
#include "row_format_document.hpp"
#include "write_texts.hpp"

namespace bellwether::document {

S3SourceSpec read_s3_source(Section& section) {
  S3SourceSpec s3;
  section.optional("connection", s3.connection);
  section.optional("path", s3.path);
  section.optional("historical", s3.historical);
  read_row_format(section, s3.format);
  section.optional("endpoint", s3.endpoint);
  section.optional("region", s3.region);
  section.choice("addressing", s3.addressing, parse_s3_addressing, "auto, path or virtual_host");
  section.child("credentials",
                [&](Section& child) { s3.credentials = read_aws_credentials(child); });
  section.optional("anonymous", s3.anonymous);
  section.optional("ca_file", s3.ca_file);
  Lookback lookback;
  read_lookback(section, "lookback", lookback);
  if (section.has("lookback")) s3.lookback = lookback;
  section.optional("historical_intervals", s3.historical_intervals);
  section.optional("give_up_after", s3.give_up_after);
  section.optional("part_bytes", s3.part_bytes);
  section.optional("parallel_requests", s3.parallel_requests);
  section.refuse_unknown_keys();
  return s3;
}

Node write_s3_source(const S3SourceSpec& s3) {
  const S3SourceSpec defaults;
  Node node(Node::Map{});
  if (!s3.connection.empty()) node.set("connection", s3.connection);
  if (!s3.path.empty()) node.set("path", s3.path);
  if (!s3.historical.empty()) node.set("historical", write_texts(s3.historical));
  node.set("format", write_row_format(s3.format));
  if (!s3.endpoint.empty()) node.set("endpoint", s3.endpoint);
  if (!s3.region.empty()) node.set("region", s3.region);
  if (s3.addressing != defaults.addressing) node.set("addressing", to_string(s3.addressing));
  if (s3.credentials.is_set()) node.set("credentials", write_aws_credentials(s3.credentials));
  if (s3.anonymous) node.set("anonymous", true);
  if (!s3.ca_file.empty()) node.set("ca_file", s3.ca_file);
  if (s3.lookback) {
    node.set("lookback", s3.lookback->intervals);
    write_lookback(node, "lookback", *s3.lookback);
  }
  node.set("historical_intervals", s3.historical_intervals);
  if (s3.give_up_after > Duration(0)) node.set("give_up_after", to_string(s3.give_up_after));
  node.set("part_bytes", s3.part_bytes);
  node.set("parallel_requests", s3.parallel_requests);
  return node;
}

}  // namespace bellwether::document
