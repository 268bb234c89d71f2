#include "bellwether/api/api_server.hpp"

#include <utility>

#include "gateway.hpp"
#include "http_server.hpp"
#include "native_routes.hpp"

namespace bellwether::api {

struct ApiServer::Body {
  Body(const ApiSettings& settings, const ApiContext& context)
      : gateway(native_routes(context), settings, context.metrics, context.memory) {}

  Gateway gateway;
  std::string url;
  std::unique_ptr<HttpServer> http;
};

ApiServer::ApiServer(std::unique_ptr<Body> body) : body_(std::move(body)) {}

Result<std::unique_ptr<ApiServer>> ApiServer::start(const ApiSettings& settings,
                                                    const ApiContext& context) {
  if (const Problems problems = validate(settings); !problems.empty())
    return invalid_input("server." + problems.front().field + ": " + problems.front().message);
  auto body = std::make_unique<Body>(settings, context);
  auto http = HttpServer::start(settings, body->gateway);
  if (!http) return http.error();
  body->http = std::move(*http);
  const auto address = parse_listen_address(settings.listen);
  const bool is_v6 = address->host.find(':') != std::string::npos;
  body->url = (settings.tls ? "https://" : "http://") +
              (is_v6 ? "[" + address->host + "]" : address->host) + ":" +
              std::to_string(body->http->port());
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(body)));
}

ApiServer::~ApiServer() = default;

std::uint16_t ApiServer::port() const { return body_->http->port(); }

std::string ApiServer::url() const { return body_->url; }

void ApiServer::set_tokens(std::vector<ApiToken> tokens) {
  body_->gateway.set_tokens(std::move(tokens));
}

Result<void> ApiServer::reload_certificate() { return body_->http->reload_certificate(); }

void ApiServer::stop() { body_->http->stop(); }

}  // namespace bellwether::api
