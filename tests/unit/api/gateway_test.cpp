#include "gateway.hpp"

#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"

#include "api_house.hpp"

namespace bellwether::api {
namespace {

ApiSettings with_tokens() {
  ApiSettings settings;
  settings.tokens = {{"vera", Role::viewer, net::sha256_hex("view")},
                     {"ed", Role::editor, net::sha256_hex("edit")},
                     {"ada", Role::admin, net::sha256_hex("rule")}};
  return settings;
}

Headers bearer(const std::string& token) { return {{"authorization", "Bearer " + token}}; }

TEST(Gateway, LetsNobodyInWithoutAToken) {
  ApiHouse house(with_tokens());

  const Response response = house.get("/api/v1/detectors");

  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.headers.at("www-authenticate"), "Bearer realm=\"bellwether\"");
  EXPECT_EQ(at(response, "detail"), "send `Authorization: Bearer <token>`");
  EXPECT_EQ(house.send("GET", "/api/v1/detectors", "", bearer("guess")).status, 401);
  EXPECT_EQ(house.send("GET", "/api/v1/detectors", "", {{"authorization", "Basic view"}}).status,
            401);
}

TEST(Gateway, TellsStrangersNothingOfPathsAndBodies) {
  ApiHouse house(with_tokens());

  EXPECT_EQ(house.get("/no/such/path").status, 401);
  EXPECT_EQ(house.get("/api/%zz").status, 401);
  EXPECT_EQ(house.send("DELETE", "/metrics").status, 401);
  EXPECT_EQ(house.post("/api/v1/detectors", "not json").status, 401);
}

TEST(Gateway, LetsEveryoneAskForHealth) {
  ApiHouse house(with_tokens());

  EXPECT_EQ(house.get("/healthz").status, 200);
  EXPECT_EQ(house.get("/readyz").status, 200);
  EXPECT_EQ(house.get("/metrics").status, 401);
}

TEST(Gateway, HoldsCallersToTheirRole) {
  ApiHouse house(with_tokens());
  house.add_detector();

  EXPECT_EQ(house.send("GET", "/api/v1/detectors", "", bearer("view")).status, 200);
  const Response refused =
      house.send("POST", "/api/v1/detectors/shop/activate", "", bearer("view"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(at(refused, "detail"), "this needs the role editor; 'vera' is viewer");
  EXPECT_EQ(house.send("POST", "/api/v1/detectors/shop/deactivate", "", bearer("edit")).status,
            202);
  EXPECT_EQ(house.send("DELETE", "/api/v1/detectors/shop", "", bearer("edit")).status, 403);
  EXPECT_EQ(house.send("DELETE", "/api/v1/detectors/shop", "", bearer("rule")).status, 202);
}

TEST(Gateway, TakesOtherTokensFromTheNextRequestOn) {
  ApiHouse house(with_tokens());

  house.gateway->set_tokens({{"new", Role::viewer, net::sha256_hex("fresh")}});

  EXPECT_EQ(house.send("GET", "/api/v1/alerts", "", bearer("view")).status, 401);
  EXPECT_EQ(house.send("GET", "/api/v1/alerts", "", bearer("fresh")).status, 200);
}

TEST(Gateway, WithoutTokensServesProgramsOfThisHostAlone) {
  ApiHouse house;
  const auto asked_with = [&](const Headers& headers) {
    return house.send("GET", "/api/v1/alerts", "", headers).status;
  };

  EXPECT_EQ(asked_with({}), 200);
  EXPECT_EQ(asked_with({{"host", "127.0.0.1:8088"}}), 200);
  EXPECT_EQ(asked_with({{"host", "localhost:8088"}, {"origin", "http://localhost:8088"}}), 200);
  EXPECT_EQ(asked_with({{"host", "[::1]:8088"}}), 200);
  EXPECT_EQ(asked_with({{"host", "attacker.example"}}), 403);
  EXPECT_EQ(asked_with({{"host", "127.0.0.1.attacker.example"}}), 403);
  for (const char* host : {"127.8.9.1", "LOCALHOST", "[::1]", "localhost"})
    EXPECT_EQ(asked_with({{"host", host}}), 200) << host;
  for (const char* host :
       {"[::1].evil", "[::1]:8088.evil", "[::1", "localhost:x@evil", "localhost:8088@evil",
        "localhost:", "localhost.evil", "localhost ", "127.0.0.1:8088:1", "127.0.0.1.", "127.0.0",
        "127.0.0.1.1", "127...1", "127.", "0127.0.0.1", "127.0.0.1:123456"})
    EXPECT_EQ(asked_with({{"host", host}}), 403) << host;
  EXPECT_EQ(asked_with({{"host", "127.0.0.1:8088"}, {"origin", "http://attacker.example"}}), 403);
}

/// nginx sends its own address as `Host`, so what it adds is all that tells.
TEST(Gateway, WithoutTokensServesNoProxy) {
  ApiHouse house;
  for (const char* header : {"forwarded", "via", "x-forwarded-for", "x-real-ip"}) {
    const Response refused =
        house.send("GET", "/api/v1/detectors", "", {{"host", "127.0.0.1:8088"}, {header, ""}});
    EXPECT_EQ(refused.status, 403) << header;
    EXPECT_NE(at(refused, "detail").find("configure tokens"), std::string::npos) << refused.body;
  }
  ApiHouse known_callers(with_tokens());
  EXPECT_EQ(known_callers
                .send("GET", "/api/v1/detectors", "",
                      {{"authorization", "Bearer view"}, {"x-forwarded-for", "10.0.0.1"}})
                .status,
            200);
}

TEST(Gateway, SaysWhatIsNotThere) {
  ApiHouse house;

  EXPECT_EQ(house.get("/").status, 404);
  EXPECT_EQ(house.get("/api/v1/nonsense").status, 404);
  EXPECT_EQ(at(house.get("/api/v1/detectors/none"), "detail"), "there is no detector 'none'");
  EXPECT_EQ(house.get("/api/v1/detectors/").status, 404);
}

TEST(Gateway, SaysWhichMethodsAPathTakes) {
  ApiHouse house;

  const Response wrong = house.send("PATCH", "/api/v1/detectors");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("allow"), "GET, HEAD, OPTIONS, POST");
  const Response asked = house.send("OPTIONS", "/api/v1/detectors/shop");
  EXPECT_EQ(asked.status, 204);
  EXPECT_EQ(asked.headers.at("allow"), "DELETE, GET, HEAD, OPTIONS, PUT");
  EXPECT_EQ(house.send("HEAD", "/healthz").status, 200);
}

TEST(Gateway, RefusesUnknownAndMalformedQueryParameters) {
  ApiHouse house;

  const Response response = house.get(
      "/api/v1/anomalies?sort=asc&from=yesterday&min_severity=much&status=odd&limit=-1&detector=a"
      "&detector=b&dimension.=x");

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(at(response, "errors.0.field"), "sort");
  EXPECT_EQ(at(response, "errors.0.message"),
            "is not a parameter of this request; known are detector, from, to, min_severity, "
            "measure, status, limit, cursor, dimension.NAME");
  EXPECT_EQ(at(response, "errors.1.message"), "must be a time, such as 2026-03-20T08:00:00Z");
  EXPECT_EQ(at(response, "errors.2.message"), "must be a number");
  EXPECT_EQ(at(response, "errors.3.message"), "must be one of open, closed");
  EXPECT_EQ(at(response, "errors.4.message"), "must be a whole number, zero or more");
  EXPECT_EQ(at(response, "errors.5.message"), "stands twice");
  EXPECT_EQ(at(response, "errors.6.message"), "must be dimension.NAME=VALUE, both not empty");
  EXPECT_EQ(house.get("/api/v1/detectors/%4").status, 400);
  EXPECT_EQ(house.get("/healthz?verbose").status, 400);
}

TEST(Gateway, RefusesBodiesItWouldNotUnderstand) {
  ApiHouse house;
  house.add_detector();

  EXPECT_EQ(house.send("POST", "/api/v1/detectors", "a: b", {{"content-type", "text/yaml"}}).status,
            415);
  EXPECT_EQ(house.send("GET", "/api/v1/detectors", "{}").status, 400);
  EXPECT_EQ(house
                .send("POST", "/api/v1/detectors", "{}",
                      {{"content-type", "application/json"}, {"content-encoding", "gzip"}})
                .status,
            415);
  const Response no_type =
      house.send("POST", "/api/v1/detectors/shop/rows", "x", {{"content-type", ""}});
  EXPECT_EQ(no_type.status, 415);
  EXPECT_EQ(no_type.headers.at("accept-post"),
            "application/x-ndjson, application/jsonl, text/csv, application/json");
}

TEST(Gateway, RefusesBodiesBeyondTheirLimit) {
  ApiSettings settings;
  settings.limits.document_bytes = 100;
  ApiHouse house(settings);

  const Response response = house.post("/api/v1/detectors", std::string(101, ' '));

  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(at(response, "detail"), "the body may have 100 bytes, not 101");
}

TEST(Gateway, SlowsDownWhoAsksTooOften) {
  ApiSettings settings = with_tokens();
  settings.limits.requests_per_second = 2;
  settings.limits.burst = 3;
  ApiHouse house(settings);
  const auto ask = [&](const std::string& token) {
    return house.send("GET", "/api/v1/alerts", "", bearer(token));
  };

  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("view").status, 200);
  const Response refused = ask("view");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(ask("edit").status, 200) << "one caller's haste is not another's";
  house.instant += std::chrono::milliseconds(500);
  EXPECT_EQ(ask("view").status, 200);
  EXPECT_EQ(ask("view").status, 429);
}

TEST(Gateway, HearsWhoeverWatchesTheServer) {
  ApiSettings settings;
  settings.limits.requests_per_second = 1;
  settings.limits.burst = 2;
  ApiHouse house(settings);
  for (int i = 0; i < 10; ++i) house.get("/api/v1/alerts");

  EXPECT_EQ(house.get("/api/v1/alerts").status, 429);
  EXPECT_EQ(house.get("/healthz").status, 200);
  EXPECT_EQ(house.get("/readyz").status, 200);
}

TEST(Gateway, AnswersHealthWithoutWaiting) {
  ApiHouse house;
  const auto is_immediate = [&](const char* target) {
    const auto admission = house.gateway->admit({"GET", target, {}, "127.0.0.1", 0, false});
    return std::get<std::unique_ptr<Exchange>>(admission)->is_immediate();
  };

  EXPECT_TRUE(is_immediate("/healthz"));
  EXPECT_TRUE(is_immediate("/readyz"));
  EXPECT_FALSE(is_immediate("/metrics"));
}

TEST(Gateway, LeavesHalfOfMemoryToOthers) {
  ApiHouse house(with_tokens());
  const auto memory_of = [&](const std::string& token) {
    auto admission =
        house.gateway->admit({"GET", "/api/v1/alerts", bearer(token), "127.0.0.1", 0, false});
    return std::get<std::unique_ptr<Exchange>>(std::move(admission));
  };
  const auto greedy = memory_of("edit");
  const std::size_t half = house.memory.bytes() / 2;

  const auto held = greedy->memory().reserve(half);
  const auto more = memory_of("edit")->memory().reserve(1);

  EXPECT_TRUE(held);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, "the share of token ed in server.memory of " +
                                      std::to_string(half) + " bytes is in use; try again later");
  EXPECT_TRUE(memory_of("view")->memory().reserve(half));
}

TEST(Gateway, RefusesAnswersThatMemoryHasNoRoomFor) {
  ApiHouse house;
  const auto others = house.memory.reserve(house.memory.bytes() - 1000);

  const Response refused = house.get("/api/openapi.json");

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_NE(at(refused, "detail").find("server.memory"), std::string::npos) << refused.body;
  EXPECT_EQ(house.get("/api/v1/alerts").status, 200) << "a small one takes no more than a socket";
}

TEST(Gateway, SlowsDownWhoGuessesTokens) {
  ApiSettings settings = with_tokens();
  settings.limits.requests_per_second = 1;
  settings.limits.burst = 2;
  ApiHouse house(settings);

  EXPECT_EQ(house.send("GET", "/api/v1/alerts", "", bearer("a")).status, 401);
  EXPECT_EQ(house.send("GET", "/api/v1/alerts", "", bearer("b")).status, 401);
  EXPECT_EQ(house.send("GET", "/api/v1/alerts", "", bearer("c")).status, 429);
}

TEST(Gateway, CountsRequestsByRouteAndStatus) {
  ApiHouse house;

  house.get("/healthz");
  house.get("/secret-looking-path");
  const std::string metrics = house.get("/metrics").body;

  EXPECT_NE(metrics.find("bellwether_http_requests_total{method=\"GET\",route=\"/healthz\","
                         "status=\"200\"} 1"),
            std::string::npos)
      << metrics;
  EXPECT_EQ(metrics.find("secret-looking-path"), std::string::npos);
}

TEST(Gateway, SurvivesADefectOfOneOperation) {
  Metrics metrics;
  Route broken{.method = "GET",
               .path = "/broken",
               .operation = "breakDown",
               .summary = "",
               .tag = "",
               .role = std::nullopt,
               .handle = [](const Call&) -> Response { throw std::runtime_error("a detail"); }};
  ByteBudget memory("server.memory", 1U << 20U);
  Gateway gateway({broken}, {}, metrics, memory);

  auto admission = gateway.admit({"GET", "/broken", {}, "127.0.0.1", 0, false});
  const Response response = std::get<std::unique_ptr<Exchange>>(admission)->answer("", {});

  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("a detail"), std::string::npos);
}

TEST(Readiness, NamesThePartThatIsNotReady) {
  ApiHouse house;
  house.health.report("outbox", false, "starting");

  const Response response = house.get("/readyz");

  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(at(response, "ready"), "false");
  EXPECT_EQ(at(response, "parts.outbox.detail"), "starting");
  EXPECT_EQ(at(response, "parts.store.ready"), "true");
}

TEST(Readiness, SaysOneWordToStrangers) {
  ApiHouse house(with_tokens());
  house.health.report_detail("detector shop", false, "s3://b/k: no answer");

  for (const Headers& headers : {Headers{}, bearer("guess")})
    EXPECT_EQ(house.send("GET", "/readyz", "", headers).body, R"({"ready":true})");
  EXPECT_EQ(at(house.send("GET", "/readyz", "", bearer("view")), "parts.detector shop.ready"),
            "false");
}

TEST(Readiness, SaysOneWordToWebPagesOfOthers) {
  ApiHouse house;
  EXPECT_EQ(house.send("GET", "/readyz", "", {{"host", "evil.example"}}).body, R"({"ready":true})");
  EXPECT_EQ(at(house.send("GET", "/readyz", "", {{"host", "127.0.0.1:8088"}}), "parts.store.ready"),
            "true");
}

TEST(Readiness, GoesByWhatIsEssentialAndShowsTheRest) {
  ApiHouse house;
  house.health.report_detail("detector shop", false, "s3://b/k: no answer");

  const Response response = house.get("/readyz");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(at(response, "parts.detector shop.ready"), "false");
}

}  // namespace
}  // namespace bellwether::api
