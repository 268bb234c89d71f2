#pragma once

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "bellwether/api/api_server.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/document/spec_documents.hpp"
#include "bellwether/store/store.hpp"

#include "gateway.hpp"
#include "native_routes.hpp"

namespace bellwether::api {

/// Stands at the beginning of 2026-03-20 until told otherwise.
class StandingClock final : public Clock {
 public:
  TimePoint time = parse_rfc3339("2026-03-20T00:00:00Z").value();

  TimePoint now() const override { return time; }
  std::chrono::nanoseconds real_time_until(TimePoint) const override { return {}; }
};

/// The API over a store of its own, without a network.
class ApiHouse {
 public:
  explicit ApiHouse(ApiSettings api_settings = {}, std::uint64_t inbox_bytes = 1U << 20U)
      : settings(std::move(api_settings)), directory_(make_directory()) {
    store::StoreSettings store_settings;
    store_settings.path = directory_ + "/data";
    store_settings.inbox_bytes = inbox_bytes;
    store = std::move(*store::Store::open(store_settings));
    health.report("store", true);
    gateway = std::make_unique<Gateway>(native_routes(context()), settings, metrics, memory,
                                        [this] { return instant; });
  }

  ~ApiHouse() {
    gateway.reset();
    store.reset();
    std::filesystem::remove_all(directory_);
  }
  ApiHouse(const ApiHouse&) = delete;
  ApiHouse& operator=(const ApiHouse&) = delete;

  ApiContext context() {
    return {.store = *store,
            .clock = clock,
            .wall_clock = clock,
            .metrics = metrics,
            .health = health,
            .memory = memory,
            .allow_paths = settings.allow_paths,
            .max_detectors = settings.max_detectors};
  }

  /// Sends a request through the gateway, body and all.
  Response send(const std::string& method, const std::string& target, const std::string& body = "",
                Headers headers = {}) {
    RequestHead head{method, target, std::move(headers), "127.0.0.1", body.size(), !body.empty()};
    if (!body.empty() && !head.headers.contains("content-type"))
      head.headers["content-type"] = "application/json";
    auto admission = gateway->admit(head);
    if (auto* refusal = std::get_if<Response>(&admission)) return std::move(*refusal);
    return std::get<std::unique_ptr<Exchange>>(admission)->answer(body, {});
  }

  Response get(const std::string& target) { return send("GET", target); }
  Response post(const std::string& target, const std::string& body = "") {
    return send("POST", target, body);
  }

  /// Makes a detector with an http source, two measures and two dimensions.
  void add_detector(const std::string& name = "shop") {
    store->catalog().put(store::CatalogKind::detector, name, detector_text(name), false).value();
  }

  void add_sink(const std::string& name) {
    store->catalog()
        .put(store::CatalogKind::sink, name,
             R"({"name":")" + name + R"(","webhook":{"url":"http://127.0.0.1:9/"}})", true)
        .value();
  }

  void say_status(const std::string& name, const std::string& state) {
    store->catalog()
        .put(store::CatalogKind::status, name,
             R"({"state":")" + state +
                 R"(","intervals":0,"series":0,"changed_at":"2026-03-20T00:00:00Z"})",
             false)
        .value();
  }

  static std::string detector_text(const std::string& name) {
    return R"({"name":")" + name +
           R"(","interval":"1h","measures":[{"column":"views"},{"column":"revenue"}],)"
           R"("dimensions":["country","device"],"timestamp":{"format":"RFC3339"},)"
           R"("source":{"http":{}}})";
  }

  ApiSettings settings;
  StandingClock clock;
  Metrics metrics;
  Health health;
  ByteBudget memory{"server.memory", 256U << 20U};
  RateLimiter::Instant instant{};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Gateway> gateway;

 private:
  /// In memory where the host lets us: a store of its own per case costs a few syncs each.
  static std::string make_directory() {
    const std::filesystem::path memory = "/dev/shm";
    const auto parent =
        std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "bellwether_api_XXXXXX").string();
    return ::mkdtemp(pattern.data()) != nullptr ? pattern : std::string();
  }

  std::string directory_;
};

inline document::Node json_of(const Response& response) {
  auto node = document::parse_json(response.body);
  return node ? *node : document::Node();
}

/// The text, number or whatever stands at `path`, as JSON: `at(node, "errors.0.field")`.
inline std::string at(const document::Node& node, const std::string& path) {
  const document::Node* here = &node;
  for (std::size_t begin = 0; here != nullptr && begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    begin = end + 1;
    if (const auto* list = here->as<document::Node::List>()) {
      const std::size_t index = std::stoul(part);
      here = index < list->size() ? &(*list)[index] : nullptr;
    } else {
      here = here->find(part);
    }
  }
  if (here == nullptr) return "nothing";
  if (const auto* text = here->as<std::string>()) return *text;
  return document::to_json(*here);
}

inline std::string at(const Response& response, const std::string& path) {
  return at(json_of(response), path);
}

}  // namespace bellwether::api
