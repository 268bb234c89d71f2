#include "bellwether/document/secret_section.hpp"

namespace bellwether::document {

SecretSource read_secret(Section& section, const std::string& name) {
  SecretSource secret;
  section.optional(name + "_file", secret.file);
  section.optional(name + "_env", secret.environment_variable);
  section.refuse(name, "secrets are never inline; use " + name + "_file or " + name + "_env");
  if (!secret.file.empty() && !secret.environment_variable.empty())
    section.problem(name + "_file", "give either " + name + "_file or " + name + "_env");
  return secret;
}

void write_secret(Node& node, const std::string& name, const SecretSource& secret) {
  if (!secret.file.empty()) node.set(name + "_file", secret.file);
  if (!secret.environment_variable.empty()) node.set(name + "_env", secret.environment_variable);
}

AwsCredentials read_aws_credentials(Section& section) {
  AwsCredentials credentials;
  section.required("access_key_id", credentials.access_key_id);
  credentials.secret = read_secret(section, "secret");
  credentials.session_token = read_secret(section, "session_token");
  section.refuse_unknown_keys();
  if (!credentials.secret.is_set() && !section.has("secret"))
    section.missing("secret_file", "or give secret_env");
  return credentials;
}

Node write_aws_credentials(const AwsCredentials& credentials) {
  Node node(Node::Map{});
  node.set("access_key_id", credentials.access_key_id);
  write_secret(node, "secret", credentials.secret);
  write_secret(node, "session_token", credentials.session_token);
  return node;
}

}  // namespace bellwether::document
