#include "gateway.hpp"

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "bellwether/base/log.hpp"

#include "gzip.hpp"
#include "held_answer.hpp"
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

/// How the rows of a pushed body can be told apart before it is read; nothing where they cannot.
std::optional<RowCount> count_of(const Call& call) {
  if (call.route.operation != "pushRows") return std::nullopt;
  const bool is_array = media_type(header_of(call.headers, "content-type")) == "application/json";
  return RowCount(is_array ? RowCount::Form::array : RowCount::Form::lines);
}

/// Refusals of the whole push, not of what else is going on, are 413.
Result<std::string> unpack(const Call& call, std::string body, ByteReservation& held) {
  const std::string encoding = content_encoding(call.headers);
  auto count = count_of(call);
  const UnpackLimits limits{call.body_limit, count ? &*count : nullptr, call.max_rows};
  if (encoding == "gzip") return gunzip(body, limits, held);
  if (encoding == "snappy") return unsnap(body, call.body_limit, held);
  return body;
}

/// How many requests a push weighs as, beside itself: a thousand small requests are as much work as
/// some 256 MiB to unpack, or as four million rows to refuse.
double weight_of(std::size_t bytes, std::uint64_t rows) {
  constexpr double bytes_per_request = 256U << 10U;
  constexpr double rows_per_request = 4000;
  return static_cast<double>(bytes) / bytes_per_request +
         static_cast<double>(rows) / rows_per_request;
}

/// One that turned out to be too large, packed or in rows, weighs as half a second of the rate that
/// is usual: it has cost some ten milliseconds, and sending it again costs its sender nothing.
constexpr double weight_of_too_much = 500;

/// Reserves what the answer takes until its caller has read it.
Response hold(Response response, const std::shared_ptr<CallerShare>& memory) {
  constexpr std::size_t small = 4U << 10U;  // A connection alone takes as much.
  if (response.body.size() < small) return response;
  auto held = memory->answers.reserve(response.body.size());
  if (!held) return problem_response(unavailable("the answer: " + held.error().message));
  response.held = hold_answer(memory, std::move(*held));
  return response;
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
  Admitted(Call call, std::string payer, std::string method, Gateway& gateway)
      : call_(std::move(call)),
        payer_(std::move(payer)),
        method_(std::move(method)),
        gateway_(gateway),
        began_(gateway.now_()) {}

  std::size_t body_limit() const override { return call_.body_limit; }
  const std::string& caller() const override { return payer_; }
  ByteBudget& memory() override { return call_.memory->requests; }
  bool is_immediate() const override { return call_.route.is_immediate; }
  bool is_push() const override { return call_.route.body && call_.route.body->is_rows; }

  Response in_its_words(Response refusal) override {
    return in_words_of(call_.route, call_.headers, std::move(refusal));
  }

  /// What comes has its bytes reserved by whoever received it, until this returns.
  Response answer(std::string body, ByteReservation /*held*/) override {
    Response response = in_its_words(guarded_answer(std::move(body)));
    count_request(gateway_.metrics_, &call_.route, method_, response.status,
                  gateway_.now_() - began_);
    return response;
  }

 private:
  /// A defect that one request meets must not take the server from all others.
  Response guarded_answer(std::string body) {
    try {
      return answer_to(std::move(body));
    } catch (const std::bad_alloc&) {
      return problem_response(unavailable("memory is short; try again later"));
    } catch (const std::exception& failure) {
      return problem_response(internal_error(call_.route.operation + ": " + failure.what()));
    }
  }

  Response answer_to(std::string body) {
    Response response = handle_unpacked(std::move(body));
    const double weight =
        response.status == 413 ? weight_of_too_much : weight_of(call_.body.size(), response.rows);
    gateway_.rates_.charge(payer_, weight, gateway_.now_());
    if (response.held == nullptr) response = hold(std::move(response), call_.memory);
    return response;
  }

  Response handle_unpacked(std::string body) {
    auto held = call_.memory->requests.reserve(0);
    auto unpacked = unpack(call_, std::move(body), *held);
    if (!unpacked && unpacked.error().code == ErrorCode::overloaded)
      return problem_response(413, unpacked.error().message);
    if (!unpacked) return problem_response(unpacked.error());
    call_.body = std::move(*unpacked);
    return call_.route.handle(call_);
  }

  Call call_;
  std::string payer_;
  std::string method_;
  Gateway& gateway_;
  RateLimiter::Instant began_;
};

Gateway::Gateway(Routes routes, const ApiSettings& settings, Metrics& metrics, ByteBudget& memory,
                 Now now)
    : router_(std::move(routes)),
      limits_(settings.limits),
      metrics_(metrics),
      now_(std::move(now)),
      authenticator_(settings.tokens),
      rates_(settings.limits.requests_per_second, settings.limits.burst),
      shares_(memory) {}

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
  std::string payer = caller && !is_open && caller->role != Role::local
                          ? "token " + caller->name
                          : "address " + head.remote_address;
  // Whoever watches the server is heard, however many requests come from the same address.
  if (route != nullptr && route->is_immediate) payer = "health checks of " + payer;
  if (const auto wait = rates_.refuse(payer, now_()))
    return too_many_requests("too many requests; slow down", *wait);
  if (!caller && caller.error().code == ErrorCode::forbidden)
    return problem_response(caller.error());
  if (!caller) {
    note_refused_login(head.remote_address);
    return unauthorized(caller.error().message);
  }

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
  Call call{*route,
            *caller,
            std::move(match.parameters),
            std::move(target->query),
            head.headers,
            "",
            body_limit,
            limits_.rows,
            shares_.share_of(payer)};
  return std::make_unique<Admitted>(std::move(call), std::move(payer), head.method, *this);
}

void Gateway::note_refused_login(const std::string& address) {
  if (const auto line = refused_logins_.note(address, now_()))
    log_warning("api", "refused a log-in",
                {{"address", line->address}, {"more_since_last_line", std::to_string(line->more)}});
}

Response Gateway::refuse(int status, const std::string& detail) {
  count_request(metrics_, nullptr, "", status, {});
  return problem_response(status, detail);
}

}  // namespace bellwether::api
