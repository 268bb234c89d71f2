#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/connection_spec.hpp"
#include "bellwether/domain/source_spec.hpp"

namespace bellwether {

/// Who wrote the document that a source stands in.
enum class SourceAuthor : std::uint8_t {
  configuration,  ///< The configuration file: whoever owns the server.
  admin,          ///< A caller of the API with this role.
  editor,         ///< The same.
  local,          ///< A caller of an API that has no tokens.
};

/// What the owner of the server lets the authors of sources name.
struct SourceRights {
  std::vector<ConnectionSpec> connections;
  std::vector<std::string> allow_paths;  ///< Below which an admin may have files read.

  bool operator==(const SourceRights&) const = default;
};

/// What a source names and its author must not: files, variables, secrets, addresses and code of
/// the host, and what a connection does not list. Fields are below `source`.
///
/// Each kind of source has its own rule here, so that a new one does not compile without.
Problems find_forbidden(const SourceSpec& source, SourceAuthor author, const SourceRights& rights);

/// The source as it is opened: what its connection says is filled in.
///
/// Errors   forbidden: what `find_forbidden` finds, in a sentence.
Result<SourceSpec> resolve_source(const SourceSpec& source, SourceAuthor author,
                                  const SourceRights& rights);

}  // namespace bellwether
