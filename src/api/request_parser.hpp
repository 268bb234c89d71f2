#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "bellwether/api/api_settings.hpp"

#include "http_message.hpp"

namespace bellwether::api {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// Sets what may be known before a request is: the bound on its header.
void prepare(RequestParser& parser, const ApiLimits& limits);

/// What a parser knows once the header is complete.
RequestHead head_of(const RequestParser& parser, const std::string& remote_address);

/// What makes a complete header one that servers along the way may read differently; nothing when
/// all is well. HTTP forbids it, or we do not speak it.
struct HeadFault {
  int status = 400;
  std::string detail;
};
std::optional<HeadFault> fault_of_head(const RequestParser& parser);

/// Whether a header field is continued on a line of its own, which HTTP gave up: what one server
/// reads as one field another reads as two. `text` begins with a header.
bool has_folded_line(std::string_view text);

/// Where a header ends, in bytes from its beginning; npos: more has to come. Bytes before
/// `searched` are known to hold no end.
std::size_t end_of_head(std::string_view text, std::size_t searched);

/// Whether the request says it will send a body that we have not read yet.
bool expects_body(const RequestParser& parser);

}  // namespace bellwether::api
