#pragma once

#include <string>

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

/// Whether the request says it will send a body that we have not read yet.
bool expects_body(const RequestParser& parser);

}  // namespace bellwether::api
