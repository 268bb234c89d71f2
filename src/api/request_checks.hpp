#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http_message.hpp"
#include "route.hpp"

namespace bellwether::api {

// What a route's own table says of a request, checked before its body is read. Each gives the
// refusal, or nothing when the request may go on.

/// Unknown and repeated query parameters, values that are not of their type.
std::optional<Response> check_query(const Route& route,
                                    const std::vector<std::pair<std::string, std::string>>& query);

/// A body where there is to be none, of another type, packed another way, or longer than `limit`.
std::optional<Response> check_body(const Route& route, const RequestHead& head, std::size_t limit);

/// The media type alone: `text/csv; charset=utf-8` is `text/csv`. In lower case.
std::string media_type(const std::string& content_type);

/// How the body is packed: `gzip`, `snappy`, whatever was said; empty: not at all. In lower case.
std::string content_encoding(const Headers& headers);

}  // namespace bellwether::api
