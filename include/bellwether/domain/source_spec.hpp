#pragma once

#include <variant>

#include "bellwether/base/problem.hpp"
#include "bellwether/domain/file_source_spec.hpp"
#include "bellwether/domain/postgres_source_spec.hpp"
#include "bellwether/domain/s3_source_spec.hpp"

namespace bellwether {

/// Rows are pushed over HTTP; the request's content type says how they are written.
struct HttpSourceSpec {
  bool operator==(const HttpSourceSpec&) const = default;
};

/// Where a detector's rows come from.
using SourceSpec = std::variant<HttpSourceSpec,      //
                                PostgresSourceSpec,  //
                                S3SourceSpec,        //
                                FileSourceSpec>;

Problems validate(const SourceSpec& source);

}  // namespace bellwether
