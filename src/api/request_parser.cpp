#include "request_parser.hpp"

#include "text.hpp"

namespace bellwether::api {

void prepare(RequestParser& parser, const ApiLimits& limits) {
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  // How much body there may be depends on what is asked for; it is set once that is known.
  parser.body_limit(boost::none);
}

RequestHead head_of(const RequestParser& parser, const std::string& remote_address) {
  const auto& message = parser.get();
  RequestHead head;
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  head.remote_address = remote_address;
  for (const auto& field : message) {
    const std::string name = in_lower_case(std::string(field.name_string()));
    std::string& value = head.headers[name];
    if (!value.empty()) value += ", ";
    value += std::string(field.value());
  }
  if (!parser.chunked()) head.content_length = parser.content_length().value_or(0);
  head.has_body = expects_body(parser);
  return head;
}

bool expects_body(const RequestParser& parser) {
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

}  // namespace bellwether::api
