#include "server_section.hpp"

#include <set>
#include <string>

#include "bellwether/document/secret_section.hpp"

namespace bellwether::config {
namespace {

using document::Section;

void read_role(Section& section, api::Role& role) {
  static const std::string choices = "viewer, editor or admin";
  if (!section.has("role")) section.missing("role", "use " + choices);
  section.choice("role", role, api::parse_role, choices);
}

api::TlsSettings read_tls(Section& section) {
  api::TlsSettings tls;
  section.required("certificate", tls.certificate, "give the path of a PEM file");
  section.required("key", tls.key, "give the path of a PEM file");
  section.refuse_unknown_keys();
  return tls;
}

api::ApiToken read_token(Section& section) {
  api::ApiToken token;
  section.required("name", token.name);
  read_role(section, token.role);
  section.refuse("token", "the token itself is never written here; give its sha256");
  section.required("sha256", token.sha256, "hash the token with sha256sum");
  section.refuse_unknown_keys();
  return token;
}

AccessKey read_access_key(Section& section) {
  AccessKey key;
  section.required("id", key.id);
  key.secret = document::read_secret(section, "secret");
  read_role(section, key.role);
  section.refuse_unknown_keys();
  if (!section.has("secret")) section.add(validate(key));
  return key;
}

void read_auth(Section& section, api::ApiSettings& server, std::vector<AccessKey>& access_keys) {
  section.children("tokens", [&](Section& token) { server.tokens.push_back(read_token(token)); });
  std::set<std::string> ids;
  section.children("access_keys", [&](Section& child) {
    access_keys.push_back(read_access_key(child));
    const std::string& id = access_keys.back().id;
    if (!id.empty() && !ids.insert(id).second) child.problem("id", "'" + id + "' is given twice");
  });
  section.refuse_unknown_keys();
}

api::ApiLimits read_limits(Section& section) {
  api::ApiLimits limits;
  section.optional("header_bytes", limits.header_bytes);
  section.optional("body_bytes", limits.body_bytes);
  section.optional("document_bytes", limits.document_bytes);
  section.refuse("bodies_bytes",
                 "is superseded by server.memory, which bounds all that requests hold; say that");
  section.optional("rows", limits.rows);
  section.optional("connections", limits.connections);
  section.optional("connections_per_address", limits.connections_per_address);
  section.optional("header_timeout", limits.header_timeout);
  section.optional("body_timeout", limits.body_timeout);
  section.optional("idle_timeout", limits.idle_timeout);
  section.optional("requests_per_second", limits.requests_per_second);
  section.optional("burst", limits.burst);
  section.refuse_unknown_keys();
  return limits;
}

/// A number of bytes is written as such, everything else as a text.
void read_memory(Section& section, MemorySize& memory) {
  const document::Node* node = section.raw("memory");
  if (node == nullptr || node->is_null()) return;
  const auto text = document::scalar_text(*node);
  if (const auto size = text ? parse_memory_size(*text) : std::nullopt)
    memory = *size;
  else
    section.problem("memory", "must be " + std::string(memory_size_format));
}

}  // namespace

api::ApiSettings read_server(Section& section, std::vector<AccessKey>& access_keys) {
  api::ApiSettings server;
  section.optional("listen", server.listen);
  section.optional("public_url", server.public_url);
  section.child("tls", [&](Section& child) { server.tls = read_tls(child); });
  section.optional("insecure", server.insecure);
  section.child("auth", [&](Section& child) { read_auth(child, server, access_keys); });
  section.child("limits", [&](Section& child) { server.limits = read_limits(child); });
  read_memory(section, server.memory);
  section.optional("allow_paths", server.allow_paths);
  section.optional("blocking_threads", server.blocking_threads);
  section.optional("max_detectors", server.max_detectors);
  section.optional("shutdown_timeout", server.shutdown_timeout);
  section.refuse_unknown_keys();
  section.add(validate(server));
  return server;
}

}  // namespace bellwether::config
