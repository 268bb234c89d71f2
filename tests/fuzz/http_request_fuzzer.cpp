#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include <boost/asio/buffer.hpp>

#include "bellwether/store/store.hpp"

#include "api/gateway.hpp"
#include "api/native_routes.hpp"
#include "api/request_parser.hpp"

namespace bellwether::api {
namespace {

class StandingClock final : public Clock {
 public:
  TimePoint now() const override { return parse_rfc3339("2026-03-20T00:00:00Z").value(); }
  std::chrono::nanoseconds real_time_until(TimePoint) const override { return {}; }
};

/// The API over an empty store with one detector, made once for all inputs.
class House {
 public:
  House() {
    std::string pattern = std::filesystem::temp_directory_path() / "bellwether_fuzz_XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    directory_ = pattern;
    store::StoreSettings settings;
    settings.path = directory_ + "/data";
    settings.inbox_bytes = 1U << 20U;
    store_ = *store::Store::open(settings);
    store_->catalog()
        .put(store::CatalogKind::detector, "shop",
             R"({"name":"shop","interval":"1h","measures":[{"column":"views"}],)"
             R"("dimensions":["country"],"source":{"http":{}}})",
             true)
        .value();
    gateway_ = std::make_unique<Gateway>(
        native_routes({*store_, clock_, clock_, metrics_, health_, memory_}), ApiSettings{},
        metrics_, memory_, [] { return RateLimiter::Instant{}; });
  }
  ~House() {
    gateway_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  Gateway& gateway() { return *gateway_; }

 private:
  std::string directory_;
  StandingClock clock_;
  Metrics metrics_;
  Health health_;
  ByteBudget memory_{"server.memory", std::size_t{256} << 20U};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Gateway> gateway_;
};

/// Feeds the parser until it wants nothing more; whether the message is complete.
bool parse_rest(RequestParser& parser, boost::asio::const_buffer rest) {
  parser.eager(true);
  while (!parser.is_done() && rest.size() > 0) {
    boost::system::error_code error;
    const std::size_t used = parser.put(rest, error);
    rest += used;
    if (error || used == 0) return false;
  }
  return parser.is_done();
}

void serve(Gateway& gateway, boost::asio::const_buffer bytes) {
  RequestParser parser;
  prepare(parser, ApiLimits{});
  while (!parser.is_header_done() && bytes.size() > 0) {
    boost::system::error_code error;
    const std::size_t used = parser.put(bytes, error);
    bytes += used;
    if (error || used == 0) return;
  }
  if (!parser.is_header_done()) return;
  auto admission = gateway.admit(head_of(parser, "192.0.2.1"));
  auto* exchange = std::get_if<std::unique_ptr<Exchange>>(&admission);
  if (exchange == nullptr) return;
  parser.body_limit((*exchange)->body_limit());
  if (expects_body(parser) && !parse_rest(parser, bytes)) return;
  std::string body = parser.release().body();
  auto held = (*exchange)->memory().reserve(body.size());
  if (!held) return;
  const Response response = (*exchange)->answer(std::move(body), *std::move(held));
  // Whatever comes in, the server must not be the one at fault.
  if (response.status == 500) std::abort();
}

}  // namespace
}  // namespace bellwether::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  static bellwether::api::House house;
  bellwether::api::serve(house.gateway(), boost::asio::const_buffer(data, length));
  return 0;
}
