#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/section.hpp"
#include "bellwether/store/catalog.hpp"

namespace bellwether::api {

/// A spec as the catalog holds it.
template <class Spec>
struct Catalogued {
  Spec spec;
  std::uint64_t revision = 0;
  bool is_provisioned = false;
};

/// Reads a document back with the reader of its kind.
///
/// Errors   corrupt: a newer or damaged store wrote it.
template <class Spec>
Result<Catalogued<Spec>> read_entry(const store::CatalogEntry& entry,
                                    Spec (*read)(document::Section&)) {
  const auto node = document::parse_json(entry.document);
  if (!node) return corrupt("catalog entry '" + entry.name + "': " + node.error().message);
  Problems problems;
  document::Section section(*node, "", problems);
  Spec spec = read(section);
  if (!problems.empty())
    return corrupt("catalog entry '" + entry.name + "': " + problems.front().field + ": " +
                   problems.front().message);
  return Catalogued<Spec>{std::move(spec), entry.revision, entry.is_provisioned};
}

/// Reads all entries of a kind, by name.
template <class Spec>
Result<std::vector<Catalogued<Spec>>> read_entries(const store::Catalog& catalog,
                                                   store::CatalogKind kind,
                                                   Spec (*read)(document::Section&)) {
  const auto entries = catalog.list(kind);
  if (!entries) return entries.error();
  std::vector<Catalogued<Spec>> specs;
  for (const auto& entry : *entries) {
    auto one = read_entry(entry, read);
    if (!one) return one.error();
    specs.push_back(std::move(*one));
  }
  return specs;
}

/// The refusal to change what the configuration file says. `kind` as in "detector".
inline Error is_provisioned_error(const std::string& kind, const std::string& name) {
  return already_exists(kind + " '" + name +
                        "' is provisioned by the configuration file; change it there");
}

}  // namespace bellwether::api
