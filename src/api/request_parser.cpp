#include "request_parser.hpp"

#include "text.hpp"

namespace bellwether::api {
namespace {

namespace http = boost::beast::http;
constexpr std::string_view head_end = "\r\n\r\n";

}  // namespace

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

std::optional<HeadFault> fault_of_head(const RequestParser& parser) {
  const auto& message = parser.get();
  const std::size_t hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11))
    return HeadFault{400, "a request must have one Host field, not " + std::to_string(hosts)};
  const std::size_t encodings = message.count(http::field::transfer_encoding);
  if (encodings == 0) return std::nullopt;
  if (encodings > 1 || !boost::beast::iequals(message[http::field::transfer_encoding], "chunked"))
    return HeadFault{501, "of transfer encodings only chunked is understood"};
  if (message.version() < 11)
    return HeadFault{400, "HTTP/1.0 knows no Transfer-Encoding; send Content-Length"};
  return std::nullopt;
}

bool has_folded_line(std::string_view text) {
  const std::string_view head = text.substr(0, text.find(head_end));
  return head.find("\r\n ") != std::string_view::npos ||
         head.find("\r\n\t") != std::string_view::npos;
}

std::size_t end_of_head(std::string_view text, std::size_t searched) {
  const std::size_t overlap = head_end.size() - 1;
  const std::size_t at = text.find(head_end, searched > overlap ? searched - overlap : 0);
  return at == std::string_view::npos ? at : at + head_end.size();
}

bool expects_body(const RequestParser& parser) {
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

}  // namespace bellwether::api
