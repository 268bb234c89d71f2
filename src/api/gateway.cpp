#include "gateway.hpp"

#include <exception>
#include <memory>
#include <utility>

#include "bellwether/base/log.hpp"

#include "gzip.hpp"
#include "problem_response.hpp"
#include "request_checks.hpp"
#include "request_target.hpp"
#include "snappy_block.hpp"
#include "text.hpp"

namespace bellwether::api {
namespace {

Response unauthorized(const std::string& detail) {
  Response response = problem_response(401, detail);
  response.headers["www-authenticate"] = "Bearer realm=\"bellwether\"";
  return response;
}

Response allowed_methods(int status, const std::vector<std::string>& methods) {
  const std::string allow = joined(methods);
  Response response =
      status == 204 ? Response{204, "", ""} : problem_response(405, "this path takes " + allow);
  response.headers["allow"] = allow;
  return response;
}

std::string token_header_of(const Route* route) {
  return route != nullptr && route->dialect ? route->dialect->token_header : std::string();
}

/// What `response` refuses is refused in the words of the route's callers.
Response in_words_of(const Route& route, const Headers& headers, Response response) {
  if (response.refusal.empty() || !route.dialect) return response;
  return route.dialect->refuse(headers, std::move(response));
}

Result<std::string> unpack(const std::string& encoding, std::string body, std::size_t limit) {
  if (encoding == "gzip") return gunzip(body, limit);
  if (encoding == "snappy") return unsnap(body, limit);
  return body;
}

void count_request(Metrics& metrics, const Route* route, const std::string& method, int status,
                   std::chrono::steady_clock::duration took) {
  const std::string path = route != nullptr ? route->path : "other";
  metrics.add("bellwether_http_requests_total", "Requests by route and status",
              {{"method", route != nullptr ? method : "other"},
               {"route", path},
               {"status", std::to_string(status)}},
              1);
  metrics.observe_seconds("bellwether_http_request_seconds",
                          "Time from a request's header to its answer", {{"route", path}},
                          std::chrono::duration<double>(took).count());
}

}  // namespace

/// A request that may send its body and be answered.
class Gateway::Admitted final : public Exchange {
 public:
  Admitted(Call call, std::string method, Gateway& gateway)
      : call_(std::move(call)),
        method_(std::move(method)),
        gateway_(gateway),
        began_(gateway.now_()) {}

  std::size_t body_limit() const override { return call_.body_limit; }

  Response in_its_words(Response refusal) override {
    return in_words_of(call_.route, call_.headers, std::move(refusal));
  }

  Response answer(std::string body) override {
    Response response = in_its_words(answer_to(std::move(body)));
    count_request(gateway_.metrics_, &call_.route, method_, response.status,
                  gateway_.now_() - began_);
    return response;
  }

 private:
  Response answer_to(std::string body) {
    auto unpacked = unpack(content_encoding(call_.headers), std::move(body), body_limit());
    if (!unpacked && unpacked.error().code == ErrorCode::overloaded)
      return problem_response(413, unpacked.error().message);
    if (!unpacked) return problem_response(unpacked.error());
    call_.body = std::move(*unpacked);
    // A defect that one request meets must not take the server from all others.
    try {
      return call_.route.handle(call_);
    } catch (const std::exception& failure) {
      return problem_response(internal_error(call_.route.operation + ": " + failure.what()));
    }
  }

  Call call_;
  std::string method_;
  Gateway& gateway_;
  RateLimiter::Instant began_;
};

Gateway::Gateway(Routes routes, const ApiSettings& settings, Metrics& metrics, Now now)
    : router_(std::move(routes)),
      limits_(settings.limits),
      metrics_(metrics),
      now_(std::move(now)),
      authenticator_(settings.tokens),
      rates_(settings.limits.requests_per_second, settings.limits.burst) {}

Service::Admission Gateway::admit(const RequestHead& head) {
  const auto began = now_();
  const Route* route = nullptr;
  Admission admission = judge(head, route);
  if (auto* refusal = std::get_if<Response>(&admission)) {
    if (route != nullptr) *refusal = in_words_of(*route, head.headers, std::move(*refusal));
    count_request(metrics_, route, head.method, refusal->status, now_() - began);
  }
  return admission;
}

Service::Admission Gateway::judge(const RequestHead& head, const Route*& route) {
  auto target = parse_target(head.target);
  auto match = target ? router_.find(head.method, target->segments) : Router::Match{};
  route = match.route;

  // Health is anyone's to ask; for all else nobody learns anything before we know who it is.
  const bool is_open = route != nullptr && !route->role;
  Result<Caller> caller = authenticator_.identify(head.headers, token_header_of(route));
  if (is_open && !caller) caller = Caller{"anyone", Role::viewer, true};
  const std::string payer = caller && !is_open && caller->name != "local"
                                ? "token " + caller->name
                                : "address " + head.remote_address;
  if (const auto wait = rates_.refuse(payer, now_()))
    return too_many_requests("too many requests; slow down", *wait);
  if (!caller && caller.error().code == ErrorCode::forbidden)
    return problem_response(caller.error());
  if (!caller) return unauthorized(caller.error().message);

  if (!target) return problem_response(target.error());
  if (match.methods.empty()) return problem_response(404, "there is nothing at this path");
  if (head.method == "OPTIONS") return allowed_methods(204, match.methods);
  if (route == nullptr) return allowed_methods(405, match.methods);
  if (route->role && caller->role < *route->role)
    return problem_response(403, "this needs the role " + std::string(to_string(*route->role)) +
                                     "; '" + caller->name + "' is " +
                                     std::string(to_string(caller->role)));
  if (auto refusal = check_query(*route, target->query)) return std::move(*refusal);
  std::size_t body_limit = 0;
  if (route->body) body_limit = route->body->is_rows ? limits_.body_bytes : limits_.document_bytes;
  if (auto refusal = check_body(*route, head, body_limit)) return std::move(*refusal);
  Call call{*route, *caller,   std::move(match.parameters), std::move(target->query), head.headers,
            "",     body_limit};
  return std::make_unique<Admitted>(std::move(call), head.method, *this);
}

Response Gateway::refuse(int status, const std::string& detail) {
  count_request(metrics_, nullptr, "", status, {});
  return problem_response(status, detail);
}

}  // namespace bellwether::api
