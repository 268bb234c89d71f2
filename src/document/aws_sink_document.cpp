#include "bellwether/document/secret_section.hpp"

#include "sink_target_documents.hpp"

namespace bellwether::document {
namespace {

/// Where an AWS-style service is called, and as whom: the same keys for all of them.
template <class Spec>
void read_call(Section& section, Spec& spec) {
  section.optional("endpoint", spec.endpoint);
  section.optional("region", spec.region);
  section.child("credentials",
                [&](Section& child) { spec.credentials = read_aws_credentials(child); });
  section.optional("ca_file", spec.ca_file);
  section.optional("timeout", spec.timeout);
  section.refuse_unknown_keys();
}

template <class Spec>
void write_call(Node& node, const Spec& spec) {
  if (!spec.endpoint.empty()) node.set("endpoint", spec.endpoint);
  if (!spec.region.empty()) node.set("region", spec.region);
  if (spec.credentials.is_set()) node.set("credentials", write_aws_credentials(spec.credentials));
  if (!spec.ca_file.empty()) node.set("ca_file", spec.ca_file);
  node.set("timeout", to_string(spec.timeout));
}

}  // namespace

SnsSpec read_sns(Section& section) {
  SnsSpec sns;
  section.required("topic_arn", sns.topic_arn, "such as arn:aws:sns:us-east-1:000000000000:topic");
  section.choice("format", sns.format, parse_sns_format, "json, long_text or short_text");
  read_call(section, sns);
  return sns;
}

Node write_sns(const SnsSpec& sns) {
  Node node;
  node.set("topic_arn", sns.topic_arn);
  node.set("format", to_string(sns.format));
  write_call(node, sns);
  return node;
}

LambdaSpec read_lambda(Section& section) {
  LambdaSpec lambda;
  section.required("function_arn", lambda.function_arn,
                   "such as arn:aws:lambda:us-east-1:000000000000:function:name");
  read_call(section, lambda);
  return lambda;
}

Node write_lambda(const LambdaSpec& lambda) {
  Node node;
  node.set("function_arn", lambda.function_arn);
  write_call(node, lambda);
  return node;
}

}  // namespace bellwether::document
