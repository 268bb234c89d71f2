#include "secret_map.hpp"

#include <utility>

namespace bellwether::document {
namespace {

SecretSource read_entry(Section& section) {
  SecretSource secret;
  section.optional("file", secret.file);
  section.optional("env", secret.environment_variable);
  section.refuse_unknown_keys();
  return secret;
}

Node write_entry(const SecretSource& secret) {
  Node node;
  if (!secret.file.empty()) node.set("file", secret.file);
  if (!secret.environment_variable.empty()) node.set("env", secret.environment_variable);
  return node;
}

}  // namespace

void read_secret_map(Section& section, std::string_view key,
                     std::map<std::string, SecretSource>& secrets) {
  const Node* node = section.raw(key);
  section.child(key, [&](Section& entries) {
    const auto* map = node != nullptr ? node->as<Node::Map>() : nullptr;
    if (map == nullptr) return;
    for (const auto& [name, value] : *map)
      entries.child(name, [&](Section& entry) { secrets[name] = read_entry(entry); });
  });
}

void write_secret_map(Node& node, std::string_view key,
                      const std::map<std::string, SecretSource>& secrets) {
  if (secrets.empty()) return;
  Node entries;
  for (const auto& [name, secret] : secrets) entries.set(name, write_entry(secret));
  node.set(key, std::move(entries));
}

}  // namespace bellwether::document
