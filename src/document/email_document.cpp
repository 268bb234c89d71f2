#include "bellwether/document/secret_section.hpp"

#include "sink_target_documents.hpp"
#include "write_texts.hpp"

namespace bellwether::document {

EmailSpec read_email(Section& section) {
  EmailSpec email;
  section.required("server", email.server, "give host or host:port");
  section.choice("security", email.security, parse_mail_security, "starttls, tls or none");
  section.required("from", email.from);
  section.required("to", email.to, "list addresses, such as [ops@example.com]");
  section.optional("username", email.username);
  email.password = read_secret(section, "password");
  section.optional("ca_file", email.ca_file);
  section.optional("timeout", email.timeout);
  section.refuse_unknown_keys();
  return email;
}

Node write_email(const EmailSpec& email) {
  Node node;
  node.set("server", email.server);
  node.set("security", to_string(email.security));
  node.set("from", email.from);
  node.set("to", write_texts(email.to));
  if (!email.username.empty()) node.set("username", email.username);
  write_secret(node, "password", email.password);
  if (!email.ca_file.empty()) node.set("ca_file", email.ca_file);
  node.set("timeout", to_string(email.timeout));
  return node;
}

}  // namespace bellwether::document
