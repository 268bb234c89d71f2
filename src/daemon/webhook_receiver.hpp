#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bellwether/base/result.hpp"

namespace bellwether::daemon {

/// A small HTTP server on loopback that takes the demo's deliveries, as a user's own receiver
/// would: it checks the signature of each and answers 204, or 401.
///
/// Threads  its own; `on_delivery` is called there.
class WebhookReceiver {
 public:
  using OnDelivery = std::function<void(const std::string& body)>;

  static Result<std::unique_ptr<WebhookReceiver>> start(std::string secret, OnDelivery on_delivery);
  ~WebhookReceiver();
  WebhookReceiver(const WebhookReceiver&) = delete;
  WebhookReceiver& operator=(const WebhookReceiver&) = delete;

  std::uint16_t port() const;

 private:
  class Body;
  explicit WebhookReceiver(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::daemon
